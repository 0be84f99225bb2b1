import { defineProblem } from '#kernel/errors/index.ts'

export const chainBroken = defineProblem({
  slug: 'audit/chain-broken',
  title: 'The audit trail is not what was written',
  status: 500,
  remedy: 'daytwo audit:verify tells which events are at fault; nothing of the chain is purged until somebody looked.',
})

export const tooManyFollowers = defineProblem({
  slug: 'audit/too-many-followers',
  title: 'Too many programs follow the audit trail',
  status: 429,
  retryable: true,
  remedy: 'End one of them. One program can pass the events on to as many others as you like.',
})

export const alreadyAcknowledged = defineProblem({
  slug: 'audit/already-acknowledged',
  title: 'Somebody has acknowledged this already',
  status: 409,
  remedy: 'Nothing needs to be done; its note says what it was.',
})
