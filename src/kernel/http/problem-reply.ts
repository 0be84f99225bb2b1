/** The one place where an error becomes an HTTP reply (RFC 9457). */
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod'
import {
  bodyTooLarge,
  type Fault,
  internal,
  invalidRequest,
  malformedRequest,
  notFound,
  Problem,
  type ProblemType,
  requestTimeout,
  unavailable,
  unsupportedMediaType,
} from '#kernel/errors/index.ts'

export const problemMediaType = 'application/problem+json'

/** Fastify's own codes as our types; those not named are malformed requests when below 500. */
const fastifyCodes: Record<string, ProblemType> = {
  FST_ERR_CTP_BODY_TOO_LARGE: bodyTooLarge,
  FST_ERR_CTP_INVALID_MEDIA_TYPE: unsupportedMediaType,
  FST_ERR_REOPENED_CLOSE_SERVER: unavailable,
  FST_ERR_HANDLER_TIMEOUT: requestTimeout,
}

export function toProblem(error: unknown): Problem {
  if (error instanceof Problem) return error
  if (hasZodFastifySchemaValidationErrors(error)) {
    const place = error.validationContext ?? 'body'
    const errors = error.validation.flatMap((fault) => faultsOf(place, fault))
    return new Problem(invalidRequest, `${errors.length} fault${errors.length === 1 ? '' : 's'} in the ${place}.`, {
      errors,
    })
  }
  const { code, statusCode, message } = error as FastifyError
  const known = fastifyCodes[code ?? '']
  if (known) return new Problem(known, message, { cause: error })
  if (statusCode !== undefined && statusCode < 500)
    return new Problem(statusCode === 404 ? notFound : malformedRequest, message, { cause: error })
  return new Problem(internal, 'The cause is in the log under this request id.', { cause: error })
}

type ZodFault = { instancePath: string; message?: string; keyword?: string; params?: unknown }

function faultsOf(place: string, fault: ZodFault): Fault[] {
  const prefix = place === 'body' ? '#' : place === 'querystring' ? 'query' : place
  const { keys } = (fault.params ?? {}) as { keys?: string[] }
  // The library writes the root as a slash.
  const path = fault.instancePath === '/' ? '' : fault.instancePath
  const detail = fault.message ?? 'not valid'
  const code = fault.keyword ?? 'invalid'
  // An unknown field is named itself, not the object that holds it.
  if (keys)
    return keys.map((key) => ({
      pointer: `${prefix}${path}/${key}`,
      detail: 'unknown field',
      code,
    }))
  return [{ pointer: `${prefix}${path}`, detail, code }]
}

export function problemBody(problem: Problem, requestId: string) {
  const { type } = problem
  return {
    type: `/problems/${type.slug}`,
    title: type.title,
    status: type.status,
    detail: problem.message,
    instance: requestId,
    ...(problem.errors.length > 0 ? { errors: problem.errors } : {}),
    ...problem.extension,
  }
}

export function replyWithProblem(error: unknown, request: FastifyRequest, reply: FastifyReply) {
  const problem = toProblem(error)
  const { status } = problem.type
  if (status >= 500 && status !== 503) request.log.error({ err: problem.cause ?? error }, 'a request failed')
  else if (status === 503) request.log.warn({ err: problem.cause }, problem.message)
  if (status === 401) reply.header('www-authenticate', 'Bearer')
  const retryAfter = problem.extension.retryAfterSeconds ?? (status === 503 ? 5 : undefined)
  if (retryAfter !== undefined) reply.header('retry-after', String(retryAfter))
  // The rest of an oversized body is not read: the connection cannot be reused.
  if (status === 413) reply.header('connection', 'close')
  return reply
    .status(status)
    .type(problemMediaType)
    .send(JSON.stringify(problemBody(problem, request.id)))
}
