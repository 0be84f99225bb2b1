/** Where each contender keeps its jobs, and how every round begins with the same. */
import type { ContenderName } from './runner.ts'

type Admin = { query(text: string): Promise<{ rows: { columns: string }[] }> }
export type QueueTable = {
  readonly table: string /** Leaves what was there before the bench's jobs. */
  readonly empty: string
}

const pgBoss: QueueTable = { table: 'pgboss.job', empty: 'truncate pgboss.job' }
export const queueTables: Record<Exclude<ContenderName, 'bullmq'>, QueueTable> = {
  daytwo: { table: 'event_queue', empty: `delete from event_queue where delivery_id like 'new-%'` },
  'graphile-worker': { table: 'graphile_worker._private_jobs', empty: 'truncate graphile_worker._private_jobs' },
  'pg-boss': pgBoss,
  'pg-boss transactional': pgBoss,
}

const effects = [
  'bench_effect',
  'commits',
  'deployment_records',
  'pr_events',
  'pr_streams',
  'work_item_events',
  'incident_events',
  'event_lineage',
  'source_activity',
  'domain_event',
  'subscription_work',
]
export const wipeEffects = (admin: Admin): Promise<unknown> => admin.query(`truncate ${effects.join(', ')} cascade`)

const saved = (name: string) => `bench_saved."${name}"`

/** Generated columns are made again, not copied. */
async function columnsOf(admin: Admin, table: string): Promise<string> {
  const { rows } = await admin.query(`select string_agg(quote_ident(attname), ', ' order by attnum) as columns
    from pg_attribute where attrelid = '${table}'::regclass and attnum > 0 and attgenerated = '' and not attisdropped`)
  return rows[0]!.columns
}

export async function saveQueue(admin: Admin, { table }: QueueTable, name: string): Promise<void> {
  await admin.query('create schema if not exists bench_saved')
  const only = table === 'event_queue' ? `where delivery_id like 'new-%'` : ''
  await admin.query(`create table ${saved(name)} as select ${await columnsOf(admin, table)} from ${table} ${only}`)
}

export async function restoreQueue(admin: Admin, { table, empty }: QueueTable, name: string): Promise<void> {
  const columns = await columnsOf(admin, table)
  await admin.query(empty)
  await admin.query(`insert into ${table} (${columns}) overriding system value select ${columns} from ${saved(name)}`)
  await admin.query(`vacuum analyze ${table}`)
}
