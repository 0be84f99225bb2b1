/** graphile-worker at the settings its documentation gives for throughput: a local queue, completions in batches, 24 jobs at once. */
import { EventEmitter } from 'node:events'
import { Logger, makeWorkerUtils, run as startRunner, type TaskList, WorkerPreset } from 'graphile-worker'
import pg from 'pg'
import { openRealHandler, type RealJob, realJob } from './real-handler.ts'
import { insertEffect, type Runner, type RunnerGiven } from './runner.ts'

const concurrentJobs = 24
const localQueueSize = 1000
const fillBatch = 500
const quiet = new Logger(() => () => undefined)

export function graphileRunner({ url, adminUrl, task }: RunnerGiven): Runner {
  return {
    async fill(n) {
      const utils = await makeWorkerUtils({ connectionString: adminUrl, logger: quiet })
      await utils.migrate()
      for (let from = 0; from < n; from += fillBatch)
        await utils.addJobs(
          Array.from({ length: Math.min(fillBatch, n - from) }, (_, index) => ({
            identifier: task,
            payload: task === 'small' ? { n: from + index } : realJob(from + index),
          })),
        )
      await utils.release()
    },
    async run(n) {
      const pool = new pg.Pool({ connectionString: adminUrl, max: concurrentJobs + 2 })
      pool.on('error', () => undefined).on('connect', (client) => client.on('error', () => undefined))
      const handler = task === 'real' ? openRealHandler(url, concurrentJobs) : undefined
      const taskList: TaskList = {
        small: async (given, helpers) => {
          await helpers.withPgClient((client) => client.query(insertEffect((given as { n: number }).n)))
        },
        real: (given) => handler!.one(given as RealJob),
      }
      const events = new EventEmitter()
      const finished = Promise.withResolvers<void>()
      let started = 0
      let done = 0
      events.once('job:start', () => {
        started = performance.now()
      })
      events.on('job:complete', ({ error }: { error: unknown }) => {
        if (error) finished.reject(error)
        if (++done >= n) finished.resolve()
      })
      const runner = await startRunner({
        pgPool: pool,
        taskList,
        events: events as never,
        logger: quiet,
        noHandleSignals: true,
        preset: {
          extends: [WorkerPreset],
          worker: {
            concurrentJobs,
            localQueue: { size: localQueueSize },
            completeJobBatchDelay: 0,
            failJobBatchDelay: 0,
          },
        },
      })
      try {
        await finished.promise
        return performance.now() - started
      } finally {
        await runner.stop()
        await pool.end()
        await handler?.close()
      }
    },
  }
}
