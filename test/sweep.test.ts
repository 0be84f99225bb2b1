/** Whichever statement of intake, processing or roll-up fails, what was promised holds: see test/support/fault-sweep.ts. */
import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { test } from 'node:test'
import { compose } from '#app/compose.ts'
import { makeHttpApp } from '#app/http-app.ts'
import type { Database } from '#kernel/database/index.ts'
import { drainAll, makeEngine } from '#kernel/work/index.ts'
import { history, type Sent } from '#modules/delivery/facts/test-support.ts'
import { testApp } from './support/app.ts'
import { silentLog } from './support/database.ts'
import { faults, faultyDatabase, sweep } from './support/fault-sweep.ts'
import { githubWebhook, jiraWebhook } from './support/webhooks.ts'

const app = await testApp()
const { sql, database, config } = app

const [diesBefore, diesAfter] = faults
/** Claims and waits of work that these events cause none of. */
const idle = /^work\.(claim|reclaim|counts)-(?!event_queue|delivery)/
const kinds = [diesBefore!, diesAfter!]

/** The events of a small history, and what they come to when nothing fails. */
const sent = history(7, 4)
async function emptyAll() {
  // Tables of one tenant each; what is installed with the instance stays.
  const tables = await sql(
    `select c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = 'public' and c.relkind = 'r' and c.relforcerowsecurity and c.relname not in ('tenant', 'connection')`,
  )
  await sql(`truncate ${tables.map(({ name }) => `"${name}"`).join(', ')} cascade`)
}

/** The product on a database that may fail; its requests and its work. */
function productOn(faulty: Database) {
  const composed = compose(config, faulty, silentLog)
  const engines = composed.work
    .filter(({ table }) => table !== 'schedule')
    .map((work) => makeEngine(work, faulty, silentLog))
  return { composed, engines }
}

const request = ({ source, type, payload }: Sent, delivery: string) =>
  source === 'github' ? githubWebhook(type, payload, { delivery }) : jiraWebhook(payload, { delivery })

/** Makes what a dead owner held due at once, as the end of its lease and the wait after a failure would. */
async function leasesEnd() {
  await sql(`update work_claim set lease_until = now() - interval '1 second'`)
  await app.settle()
  for (const table of ['event_queue', 'subscription_work']) {
    await sql(`update ${table} set due_at = now() where status = 'pending'`)
    await sql(`update ${table} set status = 'pending' where status = 'dead_lettered'`)
  }
  await app.settle()
}

const facts = async () => ({
  deployments: await sql(
    `select external_id, status, counted, counted_at, rework_reason from deployment_records order by source, external_id`,
  ),
  commits: await sql('select sha, parents, pr_number from commits order by repository, sha'),
  pulls: await sql('select pr_number, action, occurred_at from pr_events order by 1, 2, 3'),
  items: await sql('select item_key, external_id, to_value from work_item_events order by 1, 2'),
  incidents: await sql('select incident_key, title, started_at, resolved_at from incidents order by 1'),
  changes: await sql('select sha, lead_seconds from changes order by repository, sha'),
  days: await sql(
    `select stream_id, day::text, deployments, failed, lead_seconds, restore_seconds from dora_daily order by 1, 2`,
  ),
  events: await sql('select delivery_id, status, outcome from event_queue order by 1'),
  activity: await sql('select source, sum(events)::int as n from source_activity group by source order by 1'),
  lineage: await sql('select count(*)::int as n, count(distinct event_id)::int as events from event_lineage'),
})

const deliverAll = async () => {
  for (const [n, event] of sent.entries()) equal((await app.http.inject(request(event, `d-${n}`))).statusCode, 202)
}

test('[Q1] [Q9] whichever statement of a flush fails, what was acknowledged is stored, and stored once', async () => {
  const struck = await sweep(
    database,
    async (faulty) => {
      await emptyAll()
      const { composed } = productOn(faulty)
      const http = await makeHttpApp(config, composed, silentLog, [])
      try {
        const answers = await Promise.all(sent.slice(0, 5).map((event, n) => http.inject(request(event, `d-${n}`))))
        const acked = answers.flatMap(({ statusCode }, n) => (statusCode === 202 ? [`d-${n}`] : []))
        const stored = (await sql('select delivery_id from event_queue')).map((row) => String(row.delivery_id))
        for (const delivery of acked) ok(stored.includes(delivery), `${delivery} was acknowledged`)
        if (acked.length < answers.length) throw new Error('a delivery was refused')
      } finally {
        await http.close().catch(() => undefined)
      }
    },
    async ({ error }) => {
      if (error) match(String(error), /refused|injected/)
      // The sender tries again whatever it was not answered.
      for (const [n, event] of sent.slice(0, 5).entries())
        equal((await app.http.inject(request(event, `d-${n}`))).statusCode, 202)
      const stored = await sql('select delivery_id from event_queue order by 1')
      deepEqual(
        stored.map((row) => row.delivery_id),
        ['d-0', 'd-1', 'd-2', 'd-3', 'd-4'],
      )
      const [orphans] = await sql(
        'select count(*)::int as n from event_queue e left join payload_segment s on s.id = e.segment_id where s.id is null',
      )
      equal(orphans!.n, 0, 'each has its payload')
    },
    { only: kinds },
  )
  ok(struck >= 1, `${struck} statements were struck`)
})

test('[Q2] [Q3] [Q9] [D5] whichever statement of processing, deriving or rolling up fails, its effects happen once', async () => {
  await emptyAll()
  await deliverAll()
  await app.settle()
  const expected = await facts()
  ok(expected.changes.length > 1 && expected.days.length > 0 && expected.incidents.length > 0, JSON.stringify(expected))
  ok(expected.events.every(({ status }) => status === 'completed'))

  await emptyAll()
  await deliverAll()
  const counting = faultyDatabase(database, Number.POSITIVE_INFINITY, diesBefore!)
  await drainAll(productOn(counting.database).engines)
  const names = counting.seen()
  // Each run begins anew, so not every statement: the first of each name, but for looking where nothing is due.
  const chosen = [...new Set(names)].filter((name) => !idle.test(name)).map((name) => names.indexOf(name) + 1)
  ok(chosen.length > 30, `${chosen.length} statements`)

  for (const [turn, fault] of kinds.entries())
    for (const nth of chosen.filter((_, at) => turn === 0 || at % 3 === 0)) {
      await emptyAll()
      await deliverAll()
      const faulty = faultyDatabase(database, nth, fault)
      const { engines } = productOn(faulty.database)
      await drainAll(engines).catch((error) => match(String(error), /injected/))
      await leasesEnd()
      deepEqual(await facts(), expected, `${names[nth - 1]}, ${fault.when}`)
      match(
        await app.composed.operations.runSchedule(
          {
            tenantId: '00000000-0000-7000-8000-000000000001',
            actor: { type: 'command', id: 't', name: 't' },
            permissions: new Set(['*']),
          },
          'scheduler:materialize-daily-metrics',
        ),
        / 0 roll-ups differed/,
        'roll-ups equal a recomputation',
      )
    }
})
