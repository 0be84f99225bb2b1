/**
 * A worker process for the crash tests: the real product, and around the event queue's handler what the test wants to go wrong,
 * keyed by the delivery id. Beside the facts, which are idempotent, it writes effects that are not, in the same transaction:
 * one row each time an event is handled.
 */
import { pino } from 'pino'
import { compose } from '#app/compose.ts'
import { waitForGo } from '#app/serve.ts'
import { sleep } from '#kernel/clock/index.ts'
import { readConfig } from '#kernel/config/index.ts'
import { type Database, openDatabase, type TenantTx } from '#kernel/database/index.ts'
import { int8s, noRow, sql, statement, texts } from '#kernel/sql/index.ts'
import { makeEngine, startWorker, type TransactionalWork, type Work, type WorkRow } from '#kernel/work/index.ts'
import { workStatements } from '#kernel/work/statements.ts'

export type HarnessOptions = {
  /** Whether delivery ids that ask for trouble get it. */
  readonly trouble?: boolean
  /** The first claim of events waits before its transaction begins. */
  readonly pauseBeforeBegin?: boolean
  /** How long that is, and how long `late-…` events wait after their effects, inside the transaction. */
  readonly pauseMs?: number
  readonly timeLimitMs?: number
  /** Completes rows whoever holds them: what the tests must notice. */
  readonly withoutFence?: boolean
}

type Row = WorkRow & { readonly deliveryId: string }
const options: HarnessOptions = JSON.parse(process.env.CRASH_WORKER ?? '{}')

const addEffects = statement({
  name: 'crash.add-effects',
  row: noRow,
  sample: { tenantId: '', ids: [1] },
  sql: (p: { tenantId: string; ids: number[] }) => sql`
    insert into crash_effect (tenant_id, event_id, process)
    select ${p.tenantId}::uuid, e.id, ${process.pid}::int from unnest(${int8s(p.ids)}::bigint[]) as e(id)`,
})

const troubles: Record<string, (deliveryId: string) => Promise<void> | void> = {
  poison() {
    throw new Error('this event cannot be digested')
  },
  async kill() {
    // What was written before must not survive.
    process.kill(process.pid, 'SIGKILL')
    await sleep(60_000)
  },
  loop() {
    for (;;);
  },
  never: () => new Promise(() => undefined),
  late: pause,
}
async function pause(deliveryId: string) {
  process.send?.({ pausing: deliveryId })
  await sleep(options.pauseMs ?? 2000)
  process.send?.({ resumed: deliveryId })
}
const troubleOf = (deliveryId: string) => troubles[deliveryId.split('-', 1)[0]!]

function withTrouble(work: TransactionalWork): TransactionalWork {
  return {
    ...work,
    ...(options.timeLimitMs === undefined ? {} : { timeLimitMs: options.timeLimitMs }),
    async handle(tx: TenantTx, rows) {
      if (options.trouble)
        for (const { deliveryId } of rows as readonly Row[])
          if (deliveryId.startsWith('early-')) await pause(deliveryId)
      const outcomes = await work.handle(tx, rows)
      await tx.run(addEffects, { tenantId: tx.tenantId, ids: rows.map(({ id }) => id) })
      if (options.trouble)
        for (const { deliveryId } of rows as readonly Row[]) await troubleOf(deliveryId)?.(deliveryId)
      return outcomes
    },
  }
}

/** Claims are made as ever; the first transaction of a tenant, which settles the first of them, begins late. */
function pausingDatabase(real: Database): Database {
  let paused = !options.pauseBeforeBegin
  return {
    ...real,
    async tenantTx(...args: Parameters<Database['tenantTx']>) {
      if (!paused) {
        paused = true
        await pause('begin')
      }
      return real.tenantTx(...args)
    },
  } as Database
}

/** The control: completion that asks neither for the claim nor for the state. */
function removeFence(work: Work) {
  const statements = workStatements(work) as { complete: unknown }
  statements.complete = statement({
    name: 'crash.complete-without-fence',
    row: noRow,
    sample: { tenantId: '', ids: [1], outcomes: [''] },
    sql: (p: { tenantId: string; ids: number[]; outcomes: string[] }) => sql`
      update event_queue w set status = 'completed', outcome = done.outcome, finished_at = app.now(), lease_owner = null
      from unnest(${int8s(p.ids)}::bigint[], ${texts(p.outcomes)}::text[]) as done(id, outcome)
      where w.tenant_id = ${p.tenantId}::uuid and w.id = done.id`,
  })
}

const { databaseUrl } = await waitForGo()
const config = readConfig(undefined, { given: { DATABASE_URL: databaseUrl } })
const log = pino({ level: config.LOG_LEVEL })
const database = openDatabase({ url: databaseUrl, poolMax: config.DB_POOL_MAX, name: `crash-${process.pid}`, log })
const composed = compose(config, database, log)
const works = composed.work
  .filter(({ table }) => table !== 'schedule')
  .map((work) => (work.name === 'event_queue' ? (withTrouble(work as TransactionalWork) as Work) : work))
if (options.withoutFence) for (const work of works) if (work.name === 'event_queue') removeFence(work)
const worker = await startWorker(
  works.map((work) => makeEngine(work, work.name === 'event_queue' ? pausingDatabase(database) : database, log)),
  database,
  log,
  config.WORKER_CONCURRENCY,
)
process.on('disconnect', () => process.exit(1))
process.on('SIGTERM', () => {
  worker.stop().then(
    () => process.exit(0),
    () => process.exit(1),
  )
})
process.send?.('ready')
setInterval(() => process.send?.('beat'), 250).unref()
