/** The queues that a delivery can be put into, each as its documentation says it is fastest. All confirm only what is durable. */
import { Queue } from 'bullmq'
import { makeWorkerUtils } from 'graphile-worker'
import { Redis } from 'ioredis'
import pg from 'pg'
import { PgBoss } from 'pg-boss'
import { microBatch } from './micro-batch.ts'

export const storeNames = [
  'nothing',
  'bullmq',
  'pg-boss',
  'pg-boss batched',
  'graphile-worker',
  'graphile-worker batched',
] as const
export type StoreName = (typeof storeNames)[number]

/** The payload goes in as the text that was signed: nothing is parsed twice. */
type Delivery = { readonly delivery: string; readonly type: string; readonly payload: string }

export type Store = {
  accept(delivery: Delivery): Promise<unknown>
  /** Empties the queue, so that all rounds begin alike. */
  reset(): Promise<unknown>
  stored(): Promise<number>
}

export type StoreGiven = { readonly store: StoreName; readonly databaseUrl: string; readonly redisPort: number }

const queueName = 'github'
const connections = 10

export async function openStore({ store, databaseUrl, redisPort }: StoreGiven): Promise<Store> {
  switch (store) {
    case 'nothing':
      return { accept: async () => undefined, reset: async () => undefined, stored: async () => Number.NaN }
    case 'bullmq':
      return bullmq(redisPort)
    case 'pg-boss':
    case 'pg-boss batched':
      return pgBoss(databaseUrl, store === 'pg-boss batched')
    case 'graphile-worker':
    case 'graphile-worker batched':
      return graphileWorker(databaseUrl, store === 'graphile-worker batched')
  }
}

async function bullmq(port: number): Promise<Store> {
  const redis = new Redis({ host: '127.0.0.1', port, maxRetriesPerRequest: null })
  const queue = new Queue(queueName, { connection: redis as never })
  await queue.waitUntilReady()
  return {
    // The sender's id as job id: a redelivery is dropped, as the product drops it.
    accept: (given) => queue.add(given.type, given, { jobId: given.delivery }),
    async reset() {
      await redis.flushdb()
      await redis.bgrewriteaof()
      while (/aof_rewrite_(in_progress|scheduled):1/.test(await redis.info('persistence')))
        await new Promise((resolve) => setTimeout(resolve, 50))
    },
    stored: async () => queue.count(),
  }
}

async function pgBoss(url: string, batched: boolean): Promise<Store> {
  const boss = new PgBoss({ connectionString: url, max: connections, supervise: false, schedule: false })
  boss.on('error', (error) => console.error(error))
  await boss.start()
  await boss.createQueue(queueName)
  const pool = new pg.Pool({ connectionString: url, max: 1 })
  return {
    accept: batched
      ? microBatch<Delivery>((items) =>
          boss.insert(
            queueName,
            items.map((data) => ({ data })),
          ),
        )
      : (data) => boss.send(queueName, data),
    reset: () => pool.query('truncate pgboss.job'),
    stored: () => count(pool, 'pgboss.job'),
  }
}

async function graphileWorker(url: string, batched: boolean): Promise<Store> {
  const pool = new pg.Pool({ connectionString: url, max: connections })
  pool.on('error', console.error).on('connect', (client) => client.on('error', console.error))
  const utils = await makeWorkerUtils({ pgPool: pool })
  await utils.migrate()
  return {
    accept: batched
      ? microBatch<Delivery>((items) =>
          utils.addJobs(items.map((given) => ({ identifier: queueName, payload: given }))),
        )
      : (given) => utils.addJob(queueName, given),
    reset: () => pool.query('truncate graphile_worker._private_jobs'),
    stored: () => count(pool, 'graphile_worker._private_jobs'),
  }
}

const count = async (pool: pg.Pool, table: string): Promise<number> =>
  Number((await pool.query(`select count(*) as n from ${table}`)).rows[0].n)
