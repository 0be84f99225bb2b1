/** `/healthz`, `/readyz` and `/metrics`: the same three on the API and on the worker. */
import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import { monotonicMs } from '#kernel/clock/index.ts'
import { safeEqual, sha256 } from '#kernel/crypto/index.ts'
import { notFound, Problem } from '#kernel/errors/index.ts'
import { metrics } from '#kernel/telemetry/index.ts'
import type { Http } from './server.ts'

export type ReadinessCheck = {
  readonly name: string
  /** A failing critical check makes the answer 503; others only `degraded`. */
  readonly critical: boolean
  /** Throws, or returns a note for the reader. */
  check(): Promise<string | undefined>
}

export type HealthOptions = {
  alive(): boolean
  checks: readonly ReadinessCheck[]
  /** Bearer token of `/metrics`; without one it answers loopback only. */
  metricsToken?: string | undefined
}

const checkReply = z.object({
  name: z.string(),
  ok: z.boolean(),
  milliseconds: z.number(),
  note: z.string().optional(),
})
const readyReply = z.object({ status: z.enum(['ready', 'degraded', 'unavailable']), checks: z.array(checkReply) })
const open = { public: 'probes carry no credentials' }
const loopback = /^(127\.|::1$|::ffff:127\.)/

export function healthRoutes(http: Http, { alive, checks, metricsToken }: HealthOptions): void {
  http.get(
    '/healthz',
    { config: open, schema: { tags: ['health'], response: { '2xx': z.object({ ok: z.boolean() }) } } },
    async (_, reply) => {
      const ok = alive()
      if (!ok) reply.status(503)
      return { ok }
    },
  )

  http.get(
    '/readyz',
    { config: open, schema: { tags: ['health'], response: { 200: readyReply, 503: readyReply } } },
    async (_, reply) => {
      const results = await Promise.all(checks.map(run))
      const down = results.some((result, index) => !result.ok && checks[index]!.critical)
      const status = down ? 'unavailable' : results.every(({ ok }) => ok) ? 'ready' : 'degraded'
      return reply.status(down ? 503 : 200).send({ status, checks: results })
    },
  )

  http.get(
    '/metrics',
    { config: { public: 'guarded by METRICS_TOKEN or loopback' }, schema: { hide: true } },
    async (request, reply) => {
      if (!mayReadMetrics(request, metricsToken)) throw new Problem(notFound, 'No route has this address.')
      return reply.type(metrics.contentType).send(await metrics.metrics())
    },
  )
}

async function run({ name, check }: ReadinessCheck): Promise<z.output<typeof checkReply>> {
  const started = monotonicMs()
  const took = () => Math.round((monotonicMs() - started) * 10) / 10
  try {
    const note = await check()
    return { name, ok: true, milliseconds: took(), ...(note ? { note } : {}) }
  } catch (error) {
    return { name, ok: false, milliseconds: took(), note: error instanceof Error ? error.message : String(error) }
  }
}

function mayReadMetrics(request: FastifyRequest, token: string | undefined): boolean {
  if (token === undefined) return loopback.test(request.ip)
  const given = request.headers.authorization ?? ''
  return safeEqual(sha256(given), sha256(`Bearer ${token}`))
}
