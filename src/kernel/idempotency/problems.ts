import { defineProblem } from '#kernel/errors/index.ts'

export const keyMalformed = defineProblem({
  slug: 'idempotency/key-malformed',
  title: 'The idempotency key cannot be used',
  status: 400,
  remedy:
    'Send one `Idempotency-Key` of 1–255 visible ASCII characters, for example a UUID made for this request alone.',
})

export const keyReused = defineProblem({
  slug: 'idempotency/key-reused',
  title: 'This idempotency key belongs to another request',
  status: 422,
  remedy: 'Make a new key for every new request; repeat a key only with the same address and the same body.',
})

export const keyInFlight = defineProblem({
  slug: 'idempotency/in-flight',
  title: 'The first request with this key is still running',
  status: 409,
  retryable: true,
  remedy: 'Send the same request again after the seconds in `Retry-After`; you will get its answer.',
})

export const answerLost = defineProblem({
  slug: 'idempotency/answer-lost',
  title: 'The request was done, but its answer was lost',
  status: 409,
  remedy: 'Do not send it again under a new key: read what `changed` names and go on from there.',
})

export const secretShown = defineProblem({
  slug: 'idempotency/secret-shown',
  title: 'The request was done, and its answer held a secret that is shown once',
  status: 409,
  remedy: 'If the secret did not arrive, rotate or remove what `id` names and make another.',
})

export const overtaken = defineProblem({
  slug: 'idempotency/overtaken',
  title: 'Another request took over this idempotency key',
  status: 409,
  remedy: 'Nothing of this request was kept. Send it again with the same key to get the answer of the other.',
})
