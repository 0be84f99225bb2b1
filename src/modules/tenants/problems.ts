import { defineProblem } from '#kernel/errors/index.ts'

export const lastOwner = defineProblem({
  slug: 'tenants/last-owner',
  title: 'A tenant needs an owner',
  status: 409,
  remedy: 'Make somebody else an owner first; then this one can be changed.',
})

export const alreadyMember = defineProblem({
  slug: 'tenants/already-member',
  title: 'This person is a member already',
  status: 409,
  remedy: 'Change their role in the list of members.',
})

export const invitationOpen = defineProblem({
  slug: 'tenants/invitation-open',
  title: 'This address is invited already',
  status: 409,
  remedy: 'Send the invitation again, or take it back and invite anew.',
})

export const linkSpent = defineProblem({
  slug: 'tenants/link-spent',
  title: 'This link was used, taken back or has expired',
  status: 410,
  remedy: 'Ask for a new one: whoever invited you can send the invitation again, and you can register again.',
})

export const signInFirst = defineProblem({
  slug: 'tenants/sign-in-first',
  title: 'Sign in first',
  status: 401,
  remedy: 'The address of this link has an account. Sign in with it, then open the link again.',
})

export const otherPerson = defineProblem({
  slug: 'tenants/other-person',
  title: 'This link is for somebody else',
  status: 403,
  remedy: 'Sign out, and sign in as the person whom the link was sent to.',
})

export const slugTaken = defineProblem({
  slug: 'tenants/slug-taken',
  title: 'This short name is taken',
  status: 409,
  remedy: 'Choose another slug.',
})

export const registrationClosed = defineProblem({
  slug: 'tenants/registration-closed',
  title: 'Registration is closed',
  status: 403,
  remedy:
    'Ask a person of this installation for an invitation; a platform admin can set `tenants.registration` to `open`.',
})

export const alreadyDecided = defineProblem({
  slug: 'tenants/already-decided',
  title: 'This request is decided already',
  status: 409,
  remedy: 'Load the list again; what was decided stands there.',
})

export const tenantState = defineProblem({
  slug: 'tenants/state',
  title: 'The tenant is not in a state for this',
  status: 409,
  remedy: 'The first tenant is always ready; a tenant that was removed can be resumed while its data is kept.',
})

export const supportOpen = defineProblem({
  slug: 'tenants/support-open',
  title: 'Your support access is open already',
  status: 409,
  remedy: 'Switch to the tenant, or close the access and open another.',
})

export const tenantProblems = [
  lastOwner,
  alreadyMember,
  invitationOpen,
  linkSpent,
  signInFirst,
  otherPerson,
  slugTaken,
  registrationClosed,
  alreadyDecided,
  tenantState,
  supportOpen,
]
