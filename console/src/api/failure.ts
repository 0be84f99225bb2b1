/** The three ways a request can fail, each with what to show and what to do. */
import { z } from 'zod'

const problemBody = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number(),
  detail: z.string().optional(),
  instance: z.string().optional(),
  errors: z.array(z.object({ pointer: z.string(), detail: z.string(), code: z.string().optional() })).default([]),
})

/** RFC 9457 problem as the API answers it; `type` is the address of the page with the remedy. */
type ProblemBody = z.output<typeof problemBody>

/** The API refused or failed, and said why. */
export class ApiProblem extends Error {
  readonly body: ProblemBody
  constructor(body: ProblemBody) {
    super(body.detail ?? body.title)
    this.name = 'ApiProblem'
    this.body = body
  }
}

/** Nothing answered: the server is down, or the network is. */
export class NetworkFailure extends Error {
  override readonly name = 'NetworkFailure'
}

/** Something answered, but not what this console understands (a proxy's page, another version's shape). */
export class UnexpectedReply extends Error {
  override readonly name = 'UnexpectedReply'
}

/** The problem in a reply that is not 2xx. */
export function toFailure(status: number, body: unknown): ApiProblem | UnexpectedReply {
  const parsed = problemBody.safeParse(body)
  if (parsed.success) return new ApiProblem(parsed.data)
  return new UnexpectedReply(`The server answered ${status} without saying why.`)
}

/** True when the reply says that nobody is signed in. */
export const isSignedOut = (error: unknown): boolean => error instanceof ApiProblem && error.body.status === 401

/** True when the reply says that this session may not do that. */
export const isForbidden = (error: unknown): boolean => error instanceof ApiProblem && error.body.status === 403

/** True when asking again may help. */
export const mayPass = (error: unknown): boolean =>
  error instanceof NetworkFailure || (error instanceof ApiProblem && error.body.status === 503)
