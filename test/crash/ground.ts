/** What every scenario stands on: a database, tenants with a connection each, the product's processes, and the counting. */
import assert from 'node:assert/strict'
import { githubSecret, jiraSecret, type TestApp, testApp } from '../support/app.ts'
import { testSecret } from '../support/database.ts'
import { freePort } from '../support/processes.ts'
import { type Member, type Product, productOn } from '../support/product.ts'
import { type Expected, expectedOf } from './events.ts'
import type { Address } from './senders.ts'
import type { HarnessOptions } from './worker.ts'

export type Ground = {
  readonly app: TestApp
  readonly sql: TestApp['sql']
  readonly product: Product
  readonly tenantIds: readonly string[]
  readonly addresses: readonly Address[]
  /** Port of the API, the same after each of its restarts. */
  readonly port: number
  startApi(): Member
  startWorker(options?: HarnessOptions): Member
}

const harness = new URL('worker.ts', import.meta.url)

export async function makeGround(tenants: number): Promise<Ground> {
  const app = await testApp()
  await app.sql(preparation)
  const tenantIds: string[] = []
  const addresses: Address[] = []
  for (let index = 0; index < tenants; index++) {
    const { tenantId } = await app.tenant()
    tenantIds.push(tenantId)
    addresses.push(await connectionOf(app, tenantId))
  }
  const port = await freePort()
  const product = productOn(app.url, {
    APP_KEY: testSecret,
    GITHUB_WEBHOOK_SECRET: githubSecret,
    JIRA_WEBHOOK_SECRET: jiraSecret,
    DB_POOL_MAX: '6',
    PORT: String(port),
  })
  return {
    app,
    sql: app.sql,
    product,
    tenantIds,
    addresses,
    port,
    startApi: () => product.start('api'),
    startWorker: (options = {}) => product.start(harness, { CRASH_WORKER: JSON.stringify(options) }),
  }
}

async function connectionOf(app: TestApp, tenantId: string): Promise<Address> {
  const headers = await app.key({ tenantId })
  const payload = { source: 'github', name: 'crash' }
  const reply = await app.http.inject({ method: 'POST', url: '/api/v1/connections', headers, payload })
  assert.equal(reply.statusCode, 201, reply.body)
  const { id, secret } = reply.json()
  return { connection: id, secret }
}

/** Effects that are not idempotent, and a record of every claim and every kill. */
const preparation = `
  create table crash_effect (tenant_id uuid not null, event_id bigint not null, process integer not null, at timestamptz not null default clock_timestamp());
  create table crash_step (work_table text not null, row_id bigint not null, step text not null, process text not null,
    at timestamptz not null default clock_timestamp());
  create table crash_kill (process text not null, at timestamptz not null default clock_timestamp());
  create function crash_note() returns trigger language plpgsql security definer as $$
  begin
    insert into public.crash_step (work_table, row_id, step, process) values (tg_table_name, new.id,
      case new.status when 'processing' then 'claimed' when 'pending' then 'reclaimed' else 'dead' end, current_setting('application_name'));
    return null;
  end $$;
  create trigger crash_note after update on event_queue for each row
    when (new.status is distinct from old.status and (new.status = 'processing' or (old.status = 'processing' and new.error_class = 'crash')))
    execute function crash_note();
  create trigger crash_note after update on subscription_work for each row
    when (new.status is distinct from old.status and (new.status = 'processing' or (old.status = 'processing' and new.error_class = 'crash')))
    execute function crash_note();
  alter table crash_effect owner to daytwo_owner;
  select app.protect('crash_effect');`

/** Rows that are not done, by table, status and why. */
export const unfinished = async ({ sql }: Pick<Ground, 'sql'>) => {
  const of = (table: string) =>
    sql(
      `select '${table}' as "table", status, last_error, count(*)::int as n, min(due_at - app.now())::text as "dueIn",
       (select max(c.lease_until - app.now())::text from work_claim c) as "leasedFor"
     from ${table} where status <> 'completed' group by status, last_error`,
    )
  return [...(await of('event_queue')), ...(await of('subscription_work'))]
}

/** Whether nothing waits and nothing is held; what is not, otherwise. */
export async function settled(ground: Pick<Ground, 'sql'>): Promise<true | object> {
  const rows = (await unfinished(ground)).filter(({ status }) => status !== 'dead_lettered')
  return rows.length === 0 ? true : rows
}

/** Makes leases of claims older than a second run out now, as though their time had passed. */
export const expireLeases = async ({ sql }: Pick<Ground, 'sql'>, olderThanSeconds = 1): Promise<void> => {
  await sql(
    `update work_claim set lease_until = app.now() - interval '1 second'
      where lease_until < app.now() + interval '30 seconds' - $1 * interval '1 second'`,
    [olderThanSeconds],
  )
}

/** Makes what waits for its next attempt due now. */
export const skipWaits = async ({ sql }: Pick<Ground, 'sql'>): Promise<void> => {
  for (const table of ['event_queue', 'subscription_work'])
    await sql(`update ${table} set due_at = app.now() where status = 'pending' and due_at > app.now()`)
}

/**
 * Rows that were taken back from a killed worker, and the longest times from its death: until they were taken back, and until
 * another worker had claimed them.
 */
export async function reclaims({
  sql,
}: Pick<Ground, 'sql'>): Promise<{ rows: number; takenBackMs: number; claimedMs: number }> {
  const [row] = await sql(`
    with steps as (
      select step, at, lag(process) over w as held_by, lead(at) over w as claimed_at
      from crash_step window w as (partition by work_table, row_id order by at)
    )
    select count(*)::int as rows, coalesce(max(extract(epoch from s.at - k.at)) * 1000, 0)::float8 as "takenBackMs",
      coalesce(max(extract(epoch from s.claimed_at - k.at)) * 1000, 0)::float8 as "claimedMs"
    from steps s join crash_kill k on k.process = s.held_by where s.step = 'reclaimed'`)
  return row as { rows: number; takenBackMs: number; claimedMs: number }
}

/** Ends a process without warning, and notes when. */
export async function kill({ sql }: Pick<Ground, 'sql'>, member: Member): Promise<void> {
  await sql('insert into crash_kill (process) values ($1)', [`daytwo-crash-${member.process.pid}`])
  member.process.kill('SIGKILL')
  await member.exited
}

export type Count = { readonly lost: number; readonly duplicates: number; readonly found: Record<string, number> }

/** Compares what is there with what must be: `perTenant` first events of each tenant, all of them acknowledged. */
export async function countExactly(
  { sql }: Pick<Ground, 'sql'>,
  { tenants, perTenant, acked }: { tenants: number; perTenant: number; acked: ReadonlySet<string> },
): Promise<Count> {
  const [row] = await sql(`select
    (select count(*) from event_queue)::int as events,
    (select count(*) from event_queue where status = 'completed' and outcome = 'recorded')::int as recorded,
    (select count(*) from deployment_records)::int as deployments,
    (select count(*) from commits)::int as commits,
    (select count(*) from pr_events)::int as "pullRequests",
    (select count(*) from changes)::int as changes,
    (select count(*) from event_lineage)::int as lineage,
    (select coalesce(sum(events), 0) from source_activity)::int as activity,
    (select count(*) from crash_effect)::int as effects,
    (select count(distinct event_id) from crash_effect)::int as "effectsOnce",
    (select count(*) from deployment_records where counted)::int as counted,
    (select coalesce(sum(deployments), 0) from dora_daily where stream_id = 'all')::int as "rolledUp",
    (select coalesce(sum(length(lead_seconds) / 4), 0) from dora_daily where stream_id = 'all')::int as "rolledUpChanges"`)
  const found = row as Record<string, number>
  const facts: Expected = expectedOf(tenants, perTenant)
  const stored = await sql(`select delivery_id from event_queue where status = 'completed' and outcome = 'recorded'`)
  const known = new Set(stored.map(({ delivery_id }) => delivery_id as string))
  const lostAnswers = [...acked].filter((delivery) => !known.has(delivery)).length
  const events = tenants * perTenant
  const wanted: Record<string, number> = {
    events,
    recorded: events,
    ...facts,
    activity: events,
    effects: events,
    effectsOnce: events,
    counted: facts.deployments,
    rolledUp: facts.deployments,
    rolledUpChanges: facts.changes,
  }
  const differences = Object.entries(wanted).map(([name, value]) => found[name]! - value)
  const missing = differences.map((difference) => Math.max(0, -difference))
  const tooMany = differences.map((difference) => Math.max(0, difference))
  if (differences.some((difference) => difference !== 0))
    console.log(`wanted ${JSON.stringify(wanted)}, found ${JSON.stringify(found)}`)
  return { lost: Math.max(lostAnswers, ...missing), duplicates: Math.max(...tooMany), found }
}
