/** The general problem types; a module's own live in its `problems.ts`. */
import { defineProblem } from './problem.ts'

export const invalidRequest = defineProblem({
  slug: 'invalid-request',
  title: 'The request is not valid',
  status: 422,
  remedy: 'Mend the fields listed in `errors`; each names its place and what was expected.',
})

export const malformedRequest = defineProblem({
  slug: 'malformed-request',
  title: 'The request cannot be read',
  status: 400,
  remedy: 'Send well-formed JSON and headers as the API reference at /docs describes them.',
})

export const unauthorized = defineProblem({
  slug: 'unauthorized',
  title: 'You are not signed in',
  status: 401,
  remedy: 'Send `Authorization: Bearer <key>` with an active API key, or sign in.',
})

export const forbidden = defineProblem({
  slug: 'forbidden',
  title: 'You may not do this',
  status: 403,
  remedy: 'Use a key whose scopes and allowed streams include what you ask for.',
})

export const notFound = defineProblem({
  slug: 'not-found',
  title: 'There is no such thing',
  status: 404,
  remedy: 'Check the id; things of other tenants are never shown.',
})

export const bodyTooLarge = defineProblem({
  slug: 'body-too-large',
  title: 'The body is larger than this route accepts',
  status: 413,
  remedy: 'Send less in one request.',
})

export const unsupportedMediaType = defineProblem({
  slug: 'unsupported-media-type',
  title: 'This content type is not accepted here',
  status: 415,
  remedy: 'Send `Content-Type: application/json`, without a content encoding.',
})

export const unavailable = defineProblem({
  slug: 'unavailable',
  title: 'The service cannot answer right now',
  status: 503,
  retryable: true,
  remedy: 'Try again after the seconds named in `Retry-After`.',
})

export const requestTimeout = defineProblem({
  slug: 'request-timeout',
  title: 'The request took too long',
  status: 503,
  retryable: true,
  remedy: 'Ask for less at once (a shorter window, fewer streams), or try again.',
})

export const internal = defineProblem({
  slug: 'internal',
  title: 'Something went wrong on our side',
  status: 500,
  retryable: true,
  remedy: 'Try again; if it stays, look for the request id in the log.',
})

export const methodNotAllowed = defineProblem({
  slug: 'method-not-allowed',
  title: 'This address does not take this method',
  status: 405,
  remedy: 'Use one of the methods named in `Allow`.',
})

export const misdirected = defineProblem({
  slug: 'misdirected',
  title: 'This host name is not served here',
  status: 421,
  remedy: 'Use the address of API_BASE_URL or WEB_BASE_URL, or list further names in ALLOWED_HOSTS.',
})

export const quotaExceeded = defineProblem({
  slug: 'quota-exceeded',
  title: 'Too many requests',
  status: 429,
  retryable: true,
  remedy: 'Wait the seconds in `Retry-After`; `RateLimit-Remaining` tells in advance how many requests are left.',
})

export const clientTimeout = defineProblem({
  slug: 'client-timeout',
  title: 'The request did not arrive in time',
  status: 408,
  retryable: true,
  remedy: 'Send the whole request at once; connections that only trickle are closed.',
})

export const headersTooLarge = defineProblem({
  slug: 'headers-too-large',
  title: 'The headers are larger than 16 KB',
  status: 431,
  remedy: 'Send fewer or shorter headers and cookies.',
})

export const loopDetected = defineProblem({
  slug: 'loop-detected',
  title: 'The request came back to who sent it',
  status: 508,
  remedy: 'Give the address of another service: this one is an address of this instance.',
})
