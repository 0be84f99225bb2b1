/** The one door to the API: JSON in, JSON out, every reply checked by the schema the server uses. */
import type { z } from 'zod'
import { isSignedOut, NetworkFailure, toFailure, UnexpectedReply } from './failure.ts'
import { renewAccess } from './renewal.ts'

export type Query = Readonly<Record<string, string | number | null | undefined>>
type Options = {
  method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  query?: Query
  body?: unknown
  signal?: AbortSignal
}

/** Asks `/api/v1<path>`; throws `ApiProblem`, `NetworkFailure` or `UnexpectedReply`. */
export async function call<Reply extends z.ZodType>(
  reply: Reply,
  path: string,
  options: Options = {},
): Promise<z.output<Reply>> {
  return withAccess(() => ask(reply, `/api/v1${path}${toQueryString(options.query)}`, options))
}

/**
 * Access lasts minutes: when it has ended, it is renewed and the request made once more, which is safe because a refused request
 * has done nothing.
 */
export async function withAccess<Result>(request: () => Promise<Result>): Promise<Result> {
  const askedAtMs = Date.now()
  try {
    return await request()
  } catch (error) {
    if (!isSignedOut(error) || !(await renewAccess(askedAtMs))) throw error
    return request()
  }
}

/** Asks `/auth<path>`, where signing in and out happens: a 401 there is an answer and nothing to renew. */
export const callAuth = <Reply extends z.ZodType>(
  reply: Reply,
  path: string,
  options: Options = {},
): Promise<z.output<Reply>> => ask(reply, `/auth${path}${toQueryString(options.query)}`, options)

async function ask<Reply extends z.ZodType>(
  reply: Reply,
  url: string,
  { method = 'GET', body, signal }: Options,
): Promise<z.output<Reply>> {
  const response = await send(url, {
    method,
    credentials: 'same-origin',
    headers: { accept: 'application/json', ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    ...(signal ? { signal } : {}),
  })
  const content = await readJson(response)
  if (!response.ok) throw toFailure(response.status, content)
  const parsed = reply.safeParse(content)
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]
  throw new UnexpectedReply(`${url}: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`)
}

async function send(url: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, init)
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error
    throw new NetworkFailure('No answer from the server.', { cause: error })
  }
}

async function readJson(response: Response): Promise<unknown> {
  const text = await response.text().catch(() => '')
  if (text === '') return undefined
  try {
    return JSON.parse(text)
  } catch {
    if (response.ok) throw new UnexpectedReply('The reply is not JSON.')
    return undefined
  }
}

/** `?a=1&b=2` of the values that are there, or the empty string. */
function toQueryString(query: Query = {}): string {
  const pairs = Object.entries(query).flatMap(([name, value]) =>
    value === undefined || value === null || value === '' ? [] : [[name, String(value)]],
  )
  return pairs.length === 0 ? '' : `?${new URLSearchParams(pairs)}`
}
