import { perSecond, table, times, verdict } from '../support/table.ts'
import type { ContenderName, IntakeFigures, IntakeRow } from './index.ts'

const described: Record<ContenderName, string> = {
  nothing: 'the ceiling: Fastify 5, raw body, HMAC, nothing stored',
  product: 'daytwo, one API process',
  'product, 2 processes': 'daytwo, two API processes',
  bullmq: 'Fastify, HMAC, BullMQ `add`',
  'pg-boss': 'Fastify, HMAC, pg-boss `send`',
  'pg-boss batched': 'Fastify, HMAC, pg-boss `insert` in micro-batches',
  'graphile-worker': 'Fastify, HMAC, graphile-worker `addJob`',
  'graphile-worker batched': 'Fastify, HMAC, graphile-worker `addJobs` in micro-batches',
}
const onPostgresql: readonly ContenderName[] = [
  'pg-boss',
  'pg-boss batched',
  'graphile-worker',
  'graphile-worker batched',
]
const maxP99Ms = 50

export function reportIntake({ rounds, seconds, rows, half, redis }: IntakeFigures): string {
  const of = (contender: ContenderName, connections: number) =>
    rows.find((row) => row.contender === contender && row.connections === connections)
  const ours = (connections: number) => of('product', connections)!.perSecond
  const counts = [...new Set(rows.map(({ connections }) => connections))]
  const cells = (row: IntakeRow | undefined) =>
    row ? [perSecond(row.perSecond), row.p50Ms.toFixed(1), row.p99Ms.toFixed(1)] : ['–', '–', '–']

  const figures = (Object.keys(described) as ContenderName[])
    .filter((name) => of(name, counts[0]!))
    .map((name) => [described[name], ...counts.flatMap((count) => cells(of(name, count)))])
  const reach = (what: string, ratio: number, wanted: number) => [
    what,
    times(ratio),
    `≥ ${wanted} ×`,
    verdict(ratio >= wanted),
  ]
  const ceiling = (count: number, wanted: number) =>
    reach(`of the ceiling, ${count} connections`, ours(count) / of('nothing', count)!.perSecond, wanted)
  const peers = counts.flatMap((count) => {
    const bullmq = of('bullmq', count)
    const best = Math.max(0, ...onPostgresql.map((name) => of(name, count)?.perSecond ?? 0))
    return [
      bullmq
        ? reach(`BullMQ, ${count} connections`, ours(count) / bullmq.perSecond, 2)
        : [`BullMQ, ${count} connections`, 'no redis-server', '≥ 2 ×', ''],
      ...(best > 0 ? [reach(`the best peer on PostgreSQL, ${count} connections`, ours(count) / best, 3)] : []),
    ]
  })
  const latency = [
    `p99 at half of that load (${perSecond(half.rate)}/s on 64 connections)`,
    `${half.p99Ms.toFixed(1)} ms`,
    `< ${maxP99Ms} ms`,
    verdict(half.p99Ms < maxP99Ms),
  ]
  return `## Accepting signed webhooks

Signed GitHub deliveries of about 9 KB with distinct bodies and delivery ids, 202 only when durable; medians of ${rounds} rounds of ${seconds} s in turns, on empty queues.
Every contender is a process of its own, the loader another; PostgreSQL is the same server for all (its defaults but those of \`settings.ts\`; fsync on)${redis ? `, Redis ${redis} with \`appendfsync always\`` : ''}. Every 202 was
found stored afterwards. The product runs \`daytwo api\` with \`NODE_ENV=production\` and access lines to a file, and drops redeliveries, as BullMQ does by job id; the peers on PostgreSQL do not. Micro-batches:
two lanes, at most 250, flushed the moment a lane is free. Pools of 10.

${table(['contender', ...counts.flatMap((count) => [`${count} connections, req/s`, 'p50 ms', 'p99 ms'])], figures)}

${table(['daytwo, one process, against', 'measured', 'reach', 'met'], [ceiling(64, 0.7), ceiling(256, 0.85), ...peers, latency])}

What is missed, and why: where the processor has SHA instructions the signature costs 8 µs instead of 58, and the ceiling is
nothing but Node's HTTP, 40 µs a request. An accepted event costs the API's one thread about 100: that HTTP, then its access line and metrics (10), compressing
(10), handing the flush to PostgreSQL (15), the checks of a request (10), collecting garbage (7). The two cores are shared with PostgreSQL (40 µs an event) and the loader (15–20).
Next lever: compress and write flushes on a thread of their own. A second API process adds a fifth at 256 connections.
`
}
