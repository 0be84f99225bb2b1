/** The HTTP side of idempotency keys: which routes take one, and the same answer again. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Context } from '#kernel/context/index.ts'
import { Problem } from '#kernel/errors/index.ts'
import { type Answer, type Idempotency, keyMalformed, type Reservation } from '#kernel/idempotency/index.ts'
import type { Http } from './server.ts'

/**
 * What a POST does with an `Idempotency-Key`. `replay`: the first answer is kept and given again. `secret`: the answer holds a secret,
 * so only the id of what was made is kept. Otherwise the reason why it needs none.
 */
export type IdempotencyRule = 'replay' | 'secret' | { readonly none: string }

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Every POST below /api/v1 states it. */
    idempotency?: IdempotencyRule
  }
  interface FastifyRequest {
    /** The idempotency key that this request holds. */
    reservation: Reservation | undefined
  }
}

const header = 'idempotency-key'
const keyShape = /^[\x21-\x7e]{1,255}$/
const keptHeaders = ['content-type', 'location'] as const
/** Answers of creating requests are small; one that is not is treated as lost. */
const maxAnswerBytes = 256 * 1024
/** Refusals that say nothing about the request itself: the same request may fare better. */
const neverKept = new Set([401, 403, 408, 429])

/** Hooks on the routes that keep answers, so that others (signed webhooks before all) pay nothing. */
export function idempotentRequests(http: Http, idempotency: Idempotency): void {
  http.decorateRequest('reservation', undefined)
  http.addHook('onRoute', (route) => {
    if (typeof route.config?.idempotency !== 'string' || route.config.permission === undefined) return
    route.preHandler = [reserve, ...[route.preHandler ?? []].flat()]
    route.onSend = [...[route.onSend ?? []].flat(), keep]
  })

  /** With a callback, so that everything after it runs inside the reservation. */
  function reserve(request: FastifyRequest, reply: FastifyReply, done: (error?: Error) => void) {
    const given = request.headers[header]
    if (given === undefined || !request.caller) return done()
    if (typeof given !== 'string' || !keyShape.test(given))
      return done(new Problem(keyMalformed, 'Idempotency-Key must be 1–255 visible ASCII characters, sent once.'))
    const ctx: Context = { ...request.caller, requestId: request.id }
    const route = `${request.method} ${request.routeOptions.url}`
    const content = `${request.method} ${request.url}\n${JSON.stringify(request.body) ?? ''}`
    idempotency.reserve(ctx, { key: given, route, content }).then((taken) => {
      if ('answer' in taken) return replay(reply, taken.answer)
      request.reservation = taken.reservation
      idempotency.during(taken.reservation, done)
    }, done)
  }

  async function keep(request: FastifyRequest, reply: FastifyReply, payload: unknown): Promise<unknown> {
    const { reservation } = request
    if (!reservation) return payload
    request.reservation = undefined
    // A handler that outlived its time may still be running: its lease frees the key, or its effect closes it.
    if (request.signal.aborted && reply.statusCode === 503) return payload
    try {
      await settle(idempotency, reservation, request, reply, payload)
    } catch (error) {
      // The effect is marked in its own transaction: a repeat will not do it again, whatever happened here.
      request.log.error({ err: error }, 'the answer of a keyed request could not be kept')
    }
    return payload
  }
}

async function settle(
  idempotency: Idempotency,
  reservation: Reservation,
  request: FastifyRequest,
  reply: FastifyReply,
  payload: unknown,
) {
  const status = reply.statusCode
  const body = payload === undefined || payload === null ? null : String(payload)
  const fits = body === null || (typeof payload === 'string' && Buffer.byteLength(body) <= maxAnswerBytes)
  if (status >= 500 || neverKept.has(status) || !fits) return idempotency.release(reservation)
  const headers: Record<string, string> = {}
  for (const name of keptHeaders) {
    const value = reply.getHeader(name)
    if (value !== undefined) headers[name] = String(value)
  }
  const secret = request.routeOptions.config.idempotency === 'secret' && status < 400
  await idempotency.answer(reservation, { status, headers, body }, { secret })
}

function replay(reply: FastifyReply, { status, headers, body }: Answer) {
  reply
    .status(status)
    .headers(headers)
    .header('idempotency-replayed', 'true')
    .send(body ?? undefined)
}
