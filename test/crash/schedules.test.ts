/** The scheduled commands of the delivery runbook, while the processes that run them are killed: each time once, and none left out. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sleep } from '#kernel/clock/index.ts'
import { freePort } from '../support/processes.ts'
import { until } from '../support/until.ts'
import { countsOf, full } from './counts.ts'
import { tell } from './figures.ts'
import { expireLeases, type Ground, kill, makeGround } from './ground.ts'

const { rounds } = countsOf('schedules')

/** Section 5 of the runbook of the delivery performance platform. */
const commands = [
  'process-event-queue',
  'send-alert-notifications',
  'enrich-pr-delivery-streams',
  'materialize-cross-stream',
  'poll-sprint-snapshots',
  'materialize-forecasts',
  'materialize-daily-metrics',
  'poll-backlog',
  'sync-repositories',
  'detect-github-gaps',
  'enforce-data-retention',
].map((name) => `scheduler:${name}`)

/** Every claim, end and taking back of a schedule, with the time it was due. */
const preparation = `
  create table schedule_step (name text not null, due_at timestamptz not null, step text not null, at timestamptz not null default clock_timestamp());
  create function schedule_note() returns trigger language plpgsql security definer as $$
  begin
    insert into public.schedule_step (name, due_at, step) values (new.name, old.due_at,
      case when new.status = 'processing' then 'begun' when new.error_class = 'crash' then 'taken back' else 'ended' end);
    return null;
  end $$;
  create trigger schedule_note after update on schedule for each row when (new.status is distinct from old.status) execute function schedule_note();`

/** Ends of each command since a time. */
async function ended({ sql }: Ground, since: unknown): Promise<ReadonlySet<string>> {
  const rows = await sql(`select distinct name from schedule_step where step = 'ended' and at > $1`, [since])
  return new Set(rows.map(({ name }) => name as string))
}

test('[D15] all eleven commands run once each time they are due, across three processes that are killed', {
  timeout: 1_200_000,
}, async () => {
  const ground = await makeGround(1)
  const { sql } = ground
  await sql(preparation)
  const startWorker = async () => ground.product.start('worker', { WORKER_PORT: String(await freePort()) })
  const workers = [await startWorker(), await startWorker(), await startWorker()]
  await Promise.all(workers.map(({ ready }) => ready))
  let kills = 0
  for (let round = 0; round < rounds; round++) {
    const [{ now: since }] = (await sql('select clock_timestamp() as now')) as [{ now: unknown }]
    // All of them at one time at which none runs: some come due by themselves meanwhile.
    await until(
      `rest before round ${round + 1}`,
      async () => {
        const due = await sql(
          `update schedule set due_at = app.now() where name = any($1)
             and (select count(*) from schedule where name = any($1) and status = 'pending') = cardinality($1) returning name`,
          [commands],
        )
        return due.length === commands.length ? true : due.length
      },
      60_000,
    )
    // Some kills hit a command in its middle, some a worker that rests.
    await sleep(200 + ((round * 331) % 1500))
    const victim = round % workers.length
    await kill(ground, workers[victim]!)
    kills += 1
    workers[victim] = await startWorker()
    await workers[victim]!.ready
    await until(
      `the end of every command in round ${round + 1}`,
      async () => {
        if (!full) await expireLeases(ground, 5)
        const done = await ended(ground, since)
        const missing = commands.filter((name) => !done.has(name))
        return missing.length === 0 ? true : missing
      },
      90_000,
    )
  }
  const twice = await sql(
    `select name, due_at, count(*)::int as n from schedule_step where step = 'ended' group by name, due_at having count(*) > 1`,
  )
  const [counted] = (await sql(
    `select count(*) filter (where step = 'ended')::int as ended, count(*) filter (where step = 'taken back')::int as "takenBack"
     from schedule_step where name = any($1)`,
    [commands],
  )) as [{ ended: number; takenBack: number }]
  const failed = await sql(`select name, last_outcome from schedule where last_outcome like 'failed%'`)
  await tell(sql, 'schedules', {
    rounds,
    kills,
    ended: counted.ended,
    'taken back': counted.takenBack,
    twice: twice.length,
  })
  assert.deepEqual(twice, [])
  assert.deepEqual(failed, [])
  assert.ok(counted.ended >= rounds * commands.length)
  await ground.product.stopAll()
})
