/** BullMQ with 200 jobs at once, each with a write of its own into PostgreSQL; finished jobs are removed. */
import { type Job, Queue, Worker } from 'bullmq'
import pg from 'pg'
import { openRealHandler, type RealJob, realJob } from './real-handler.ts'
import { insertEffect, type Runner, type RunnerGiven } from './runner.ts'

const concurrency = 200
const writers = 20
const fillBatch = 1000

export function bullmqRunner({ url, adminUrl, task, redisPort }: RunnerGiven): Runner {
  const connection = { host: '127.0.0.1', port: redisPort, maxRetriesPerRequest: null }
  return {
    async fill(n) {
      const queue = new Queue(task, { connection })
      await queue.obliterate({ force: true })
      for (let from = 0; from < n; from += fillBatch)
        await queue.addBulk(
          Array.from({ length: Math.min(fillBatch, n - from) }, (_, index) => ({
            name: task,
            data: task === 'small' ? { n: from + index } : realJob(from + index),
            opts: { removeOnComplete: true },
          })),
        )
      await queue.close()
    },
    async run(n) {
      const pool = new pg.Pool({ connectionString: adminUrl, max: writers })
      const handler = task === 'real' ? openRealHandler(url, writers) : undefined
      const finished = Promise.withResolvers<void>()
      let started = 0
      let done = 0
      const work = async ({ data }: Job) => {
        started ||= performance.now()
        if (task === 'small') await pool.query(insertEffect((data as { n: number }).n))
        else await handler!.one(data as RealJob)
      }
      const worker = new Worker(task, work, { connection, concurrency })
      worker.on('completed', () => {
        if (++done >= n) finished.resolve()
      })
      worker.on('failed', (_, error) => finished.reject(error))
      worker.on('error', finished.reject)
      try {
        await finished.promise
        return performance.now() - started
      } finally {
        await worker.close()
        await pool.end()
        await handler?.close()
      }
    },
  }
}
