/** What a database error means to the caller: come back later, try the transaction again, or a broken rule. */
import { Problem, requestTimeout, unavailable } from '#kernel/errors/index.ts'

/** Connection lost, refused, too many, shutting down, starting up, ended as idle: the same request may succeed later. */
const outageCodes = /^(08|57P0|53|25P03)|^(ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN)$/
const outageMessages =
  /Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error/

const codeOf = (error: unknown): string => String((error as { code?: unknown })?.code ?? '')

export const isOutage = (error: unknown): boolean =>
  outageCodes.test(codeOf(error)) || (error instanceof Error && outageMessages.test(error.message))

/** Serialization failure or deadlock: nothing was done, the whole transaction can simply run again. */
export const isTransient = (error: unknown): boolean => ['40001', '40P01'].includes(codeOf(error))

/** Outages and statement timeouts as problems; everything else unchanged. */
export function asProblem(error: unknown): unknown {
  if (error instanceof Problem) return error
  if (isOutage(error)) {
    const extension = { retryAfterSeconds: 5 }
    return new Problem(unavailable, 'The database does not answer.', { extension, cause: error })
  }
  if (codeOf(error) === '57014')
    return new Problem(requestTimeout, 'The database took longer than this request may.', { cause: error })
  return error
}
