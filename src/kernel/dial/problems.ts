/** What can be told of a connection that did not come about: never an address, a port or how long it took. */
import { defineProblem } from '#kernel/errors/index.ts'

export const targetRefused = defineProblem({
  slug: 'dial/target-refused',
  title: 'This instance does not connect to that address',
  status: 422,
  remedy:
    'Give a public host name with https. Addresses of private networks are open only where whoever runs the installation allows them (DIAL_ALLOW, or an allowance of the tenant); metadata services never.',
})

export const unreachable = defineProblem({
  slug: 'dial/unreachable',
  title: 'The other side cannot be reached',
  status: 502,
  retryable: true,
  remedy: 'Check that the name is right, that the service runs and that its certificate is valid; then try again.',
})

export const dialTimeout = defineProblem({
  slug: 'dial/timeout',
  title: 'The other side did not answer in time',
  status: 504,
  retryable: true,
  remedy: 'Try again later; if it stays, look why the other side is slow.',
})

export const answerTooLarge = defineProblem({
  slug: 'dial/answer-too-large',
  title: 'The answer is larger than is read',
  status: 502,
  remedy: 'Look at what the address answers: it is larger than anything expected there.',
})

export const answerUnusable = defineProblem({
  slug: 'dial/answer-unusable',
  title: 'The answer cannot be used',
  status: 502,
  retryable: true,
  remedy: 'Look at what the address answers: not HTTP, a redirect too many, or an encoding that was not asked for.',
})
