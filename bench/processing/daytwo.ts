/** The product's work engine, as its worker process runs it. */
import { z } from 'zod'
import { defaultTenantId } from '#kernel/context/index.ts'
import { withClient } from '#kernel/database/index.ts'
import { int8s, noRow, sql, statement } from '#kernel/sql/index.ts'
import { type Engine, makeEngine, startWorker, type TransactionalWork, type Work } from '#kernel/work/index.ts'
import { makeGroupCommit } from '#modules/intake/group-commit.ts'
import { storeFlush } from '#modules/intake/queries.ts'
import { payload, understood } from '../support/payloads.ts'
import { openProduct, quietLog } from './real-handler.ts'
import type { Runner, RunnerGiven } from './runner.ts'

const writeEffects = statement({
  name: 'bench.write-effects',
  row: noRow,
  sample: { ids: [1] },
  sql: ({ ids }: { ids: number[] }) => sql`
    insert into bench_effect (event_id, note) select e.id, 'recorded' from unnest(${int8s(ids)}::bigint[]) as e(id)`,
})

/** The queue of events with its real settings, and a handler that writes one row for each. */
function smallWork(queue: Work): Work {
  const work: TransactionalWork<object> = {
    ...(queue as unknown as TransactionalWork<object>),
    columns: '',
    row: z.object({}),
    async handle(tx, rows) {
      await tx.run(writeEffects, { ids: rows.map(({ id }) => id) })
      return rows.map(() => ({ outcome: 'recorded' }))
    },
  }
  return work as unknown as Work
}

/** As many payloads share a segment as arrive together under load. */
const perSegment = 100

export function daytwoRunner({ url, adminUrl, task }: RunnerGiven): Runner {
  async function fillSmall(n: number) {
    await withClient(adminUrl, (admin) =>
      admin.query(
        `insert into event_queue (tenant_id, event_source, event_type, delivery_id, content_type, segment_id, payload_offset, payload_length)
        select $1, 'github', 'push', 'new-' || n, 'application/json', $1, 0, 0 from generate_series(1, $2) n`,
        [defaultTenantId, n],
      ),
    )
  }

  async function fillReal(n: number) {
    const { database } = openProduct(url)
    const groupCommit = makeGroupCommit((flush) =>
      database.platformTx('intake', async (tx) => void (await tx.run(storeFlush, flush))),
    )
    for (let from = 0; from < n; from += perSegment)
      await Promise.all(
        Array.from({ length: Math.min(perSegment, n - from) }, (_, index) => {
          const { type, body } = payload(understood, from + index)
          return groupCommit.accept({
            tenantId: defaultTenantId,
            source: 'github',
            type,
            deliveryId: `new-${from + index}`,
            connectionId: null,
            contentType: 'application/json',
            requestId: `bench-${from + index}`,
            origin: null,
            body,
          })
        }),
      )
    await database.close()
  }

  return {
    fill: task === 'small' ? fillSmall : fillReal,
    async run(n) {
      const { config, database, composed } = openProduct(url)
      const queue = composed.work.find(({ name }) => name === 'event_queue')!
      const engine = makeEngine(task === 'small' ? smallWork(queue) : queue, database, quietLog)
      const finished = Promise.withResolvers<void>()
      let done = 0
      const counted: Engine = {
        ...engine,
        async round(...given: Parameters<Engine['round']>) {
          const round = await engine.round(...given)
          done += round.completed
          if (round.failed > 0) finished.reject(new Error(`${round.failed} events failed`))
          if (done >= n) finished.resolve()
          return round
        },
      }
      await database.ping()
      const started = performance.now()
      const worker = await startWorker([counted], database, quietLog, config.WORKER_CONCURRENCY)
      try {
        await finished.promise
        return performance.now() - started
      } finally {
        await worker.stop()
        await database.close()
      }
    },
  }
}
