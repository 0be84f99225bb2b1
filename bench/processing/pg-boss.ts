/**
 * pg-boss with batches of 500, two at once: each job with a write of its own, or `transactional`, where a batch's one write and its
 * completion are one transaction.
 */
import pg from 'pg'
import { type Job, PgBoss } from 'pg-boss'
import { openRealHandler, type RealJob, realJob } from './real-handler.ts'
import { effectTable, insertEffect, type Runner, type RunnerGiven } from './runner.ts'

const batchSize = 500
const localConcurrency = 2
const writers = 10
const fillBatch = 500
const workOptions = {
  batchSize,
  localConcurrency,
  burstWhenBatchFull: true,
  pollingIntervalSeconds: 0.5,
}

type SmallJob = { n: number }
type Query = { executeSql(text: never, values?: unknown[]): Promise<{ rows: unknown[] }> }

export function pgBossRunner({ url, adminUrl, task, contender }: RunnerGiven): Runner {
  const transactional = contender === 'pg-boss transactional'

  async function open() {
    const boss = new PgBoss({ connectionString: adminUrl, max: writers, supervise: false, schedule: false })
    boss.on('error', (error) => console.error(error))
    await boss.start()
    await boss.createQueue(task)
    return boss
  }

  return {
    async fill(n) {
      const boss = await open()
      const pool = new pg.Pool({ connectionString: adminUrl, max: 1 })
      // In the transactional batch the processor's role completes the jobs too.
      await pool.query(
        'grant usage on schema pgboss to daytwo_app; grant all on all tables in schema pgboss to daytwo_app',
      )
      await pool.end()
      for (let from = 0; from < n; from += fillBatch)
        await boss.insert(
          task,
          Array.from({ length: Math.min(fillBatch, n - from) }, (_, index) => ({
            data: task === 'small' ? { n: from + index } : realJob(from + index),
          })),
        )
      await boss.stop()
    },
    async run(n) {
      const boss = await open()
      const pool = new pg.Pool({ connectionString: adminUrl, max: writers })
      const handler = task === 'real' ? openRealHandler(url, writers) : undefined
      const handled = Promise.withResolvers<void>()
      let done = 0
      const count = (jobs: number) => {
        done += jobs
        if (done >= n) handled.resolve()
      }
      const one = ({ data }: Job) =>
        task === 'small' ? pool.query(insertEffect((data as SmallJob).n)) : handler!.one(data as RealJob)
      const each = async (jobs: Job[]) => {
        await Promise.all(jobs.map(one))
        count(jobs.length)
      }
      const together = async (jobs: Job[], tx: Query) => {
        const query = (config: object) => tx.executeSql(config as never)
        if (task === 'small')
          await query({
            name: 'bench.insert-effects',
            text: `insert into ${effectTable} (event_id, note) select e.id, 'recorded' from unnest($1::bigint[]) as e(id)`,
            values: [jobs.map(({ data }) => (data as SmallJob).n)],
          })
        else
          await handler!.batch(
            query,
            jobs.map(({ data }) => data as RealJob),
          )
        count(jobs.length)
      }
      boss.on('error', handled.reject)
      const started = performance.now()
      if (transactional)
        await boss.work<object, unknown, object>(
          task,
          { ...workOptions, transactional: true } as never,
          together as never,
        )
      else await boss.work(task, workOptions, each)
      try {
        await handled.promise
        // The last batches are handled; they are done once they are recorded so.
        while (
          (await pool.query(`select from pgboss.job where name = $1 and state < 'completed' limit 1`, [task])).rowCount
        )
          await new Promise((resolve) => setTimeout(resolve, 10))
        return performance.now() - started
      } finally {
        await boss.stop({ graceful: true, timeout: 5000 })
        await pool.end()
        await handler?.close()
      }
    },
  }
}
