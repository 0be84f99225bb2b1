import { defineProblem } from '#kernel/errors/index.ts'

export const badSignature = defineProblem({
  slug: 'intake/bad-signature',
  title: 'The signature does not match',
  status: 401,
  remedy:
    'Sign with HMAC-SHA256 under the secret of this address: the raw body as `sha256=<hex>` (GitHub, Jira), or `id.timestamp.body` as `v1,<base64>` (Standard Webhooks). Check that no proxy rewrites the body.',
})

export const noSecret = defineProblem({
  slug: 'intake/no-secret',
  title: 'This source has no secret yet',
  status: 401,
  remedy:
    'Set GITHUB_WEBHOOK_SECRET or JIRA_WEBHOOK_SECRET (or make a connection) and give the same secret to the sender. Without one nothing is accepted.',
})

export const staleTimestamp = defineProblem({
  slug: 'intake/stale-timestamp',
  title: 'The signature is too old or from the future',
  status: 401,
  remedy:
    'Sign each attempt with the time at which it is sent, in seconds since 1970. If it was, compare the clocks of both machines: five minutes of difference are allowed, so both should follow NTP.',
})

export const sourceTaken = defineProblem({
  slug: 'intake/source-taken',
  title: 'There is a connection of this source already',
  status: 409,
  remedy:
    'Choose another name for the source, rotate the secret of the connection there is, or remove it first. A name stands for one sender, so that ids of two do not meet.',
})

export const intakeFull = defineProblem({
  slug: 'intake/full',
  title: 'More events wait to be written than may',
  status: 503,
  retryable: true,
  remedy: 'Send again after the seconds in `Retry-After`; nothing of this request was stored.',
})

export const unreadablePayload = defineProblem({
  slug: 'intake/unreadable-payload',
  title: 'The payload is not JSON',
  status: 422,
  remedy: 'Look at the stored payload: it is kept as it was signed. Mend the sender, then send again.',
})

export const weakSecret = defineProblem({
  slug: 'intake/weak-secret',
  title: 'The secret is too short',
  status: 422,
  remedy: 'Use at least 24 random characters, or leave the secret out and one is generated.',
})
