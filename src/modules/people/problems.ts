import { defineProblem } from '#kernel/errors/index.ts'

export const wrongCredentials = defineProblem({
  slug: 'people/wrong-credentials',
  title: 'The e-mail address or the password is wrong',
  status: 401,
  remedy:
    'Check both. A forgotten password can be replaced by mail, or by "daytwo person:reset-link" on the machine. Where this instance signs people in with an identity provider (AUTH_METHOD=oidc), use that: passwords are for platform administrators then.',
})
export const tooManyAttempts = defineProblem({
  slug: 'people/too-many-attempts',
  title: 'Too many attempts to sign in',
  status: 429,
  retryable: true,
  remedy:
    'Wait the seconds in `Retry-After`, replace the password by mail, or sign in by another way or in a browser where you did before.',
})
export const busy = defineProblem({
  slug: 'people/busy',
  title: 'Too many people sign in at this moment',
  status: 503,
  retryable: true,
  remedy: 'Try again after the seconds in `Retry-After`.',
})
export const passwordTooWeak = defineProblem({
  slug: 'people/password-too-weak',
  title: 'The password would be guessed',
  status: 422,
  remedy:
    'Take 15 to 256 characters that nobody would guess of you: four or more unrelated words, or what a password manager makes. Spaces and every script are welcome.',
})
export const emailTaken = defineProblem({
  slug: 'people/email-taken',
  title: 'Somebody has this e-mail address already',
  status: 409,
  remedy: 'Sign in as that person, or take another address.',
})
export const sessionEnded = defineProblem({
  slug: 'people/session-ended',
  title: 'The session has ended',
  status: 401,
  remedy: 'Sign in again.',
})
export const refreshOvertaken = defineProblem({
  slug: 'people/refresh-overtaken',
  title: 'Another request has just refreshed this session',
  status: 409,
  retryable: true,
  remedy: 'Use the tokens that the other request got; a browser has them in its cookies in a moment.',
})
export const linkSpent = defineProblem({
  slug: 'people/link-spent',
  title: 'This link was used already or has expired',
  status: 410,
  remedy:
    'Ask for a new one: under "Forgot password", or on the machine that runs daytwo with `bin/daytwo setup:url` or `bin/daytwo person:reset-link`.',
})
export const notFresh = defineProblem({
  slug: 'people/sign-in-not-fresh',
  title: 'Say again who you are',
  status: 403,
  remedy: 'Give your password, or sign in again: this needs a sign-in of the last ten minutes.',
})
export const lastPlatformAdmin = defineProblem({
  slug: 'people/last-platform-admin',
  title: 'This is the last administrator of the platform',
  status: 409,
  remedy: 'Give somebody else the role platform_admin first.',
})
export const peopleProblems = [
  wrongCredentials,
  tooManyAttempts,
  busy,
  passwordTooWeak,
  emailTaken,
  sessionEnded,
  refreshOvertaken,
  linkSpent,
  notFresh,
  lastPlatformAdmin,
]
