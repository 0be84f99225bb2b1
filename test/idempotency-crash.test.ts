/** The API is killed in the middle of a keyed request; the client repeats it against a new process. Also the commands of settings. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compose } from '#app/compose.ts'
import { sleep } from '#kernel/clock/index.ts'
import { readConfig } from '#kernel/config/index.ts'
import { silentLog, testContext, testDatabase, testSecret } from './support/database.ts'
import { answering, instance } from './support/processes.ts'
import { until as eventually } from './support/until.ts'

const db = await testDatabase()
const environment = { DATABASE_URL: db.url, APP_KEY: testSecret, LOG_DIR: '-', REQUEST_TIMEOUT_MS: '1000' }
const own = await instance(environment)
const { access } = compose(readConfig(environment, { folder: '/nonexistent', generate: false }), db.database, silentLog)
const { key } = await access.createApiKey(testContext(), { name: 'test', scopes: ['*'] })

async function api() {
  const started = own.start('api')
  await answering(`${own.url}/healthz`, started)
  return started
}

const post = (id: string) =>
  fetch(`${own.url}/api/v1/streams`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', 'idempotency-key': `crash-${id}` },
    body: JSON.stringify({ id, name: id }),
  })

const until = (what: string, condition: () => Promise<boolean>) => eventually(what, condition, 10_000, 25)

/** As a client does it: again and again while it is told to wait. */
async function repeat(
  id: string,
): Promise<{ status: number; body: { type?: string; id?: string; changed?: string[] } }> {
  for (;;) {
    const reply = await post(id)
    const body = (await reply.json()) as { type?: string; id?: string; changed?: string[] }
    if (body.type !== '/problems/idempotency/in-flight') return { status: reply.status, body }
    await sleep(Number(reply.headers.get('retry-after')) * 1000)
  }
}

const effects = async (id: string) => {
  const [row] = await db.sql(
    `select (select count(*)::int from stream where id = $1) as streams, (select count(*)::int from audit_events where subject = $2) as audited`,
    [id, `stream:${id}`],
  )
  return row
}

/** Sends the request, waits until it hangs at the table that sleeps, and kills the API there. */
async function killedAt(table: string, when: string, id: string) {
  await db.sql(`create function nap() returns trigger language plpgsql as $$ begin perform pg_sleep(60); return new; end $$;
    create trigger nap before ${when} on ${table} for each row execute function nap()`)
  const running = await api()
  const lost = post(id).then(
    () => assert.fail('no answer can come'),
    () => undefined,
  )
  await until('the request hangs', async () => {
    const [row] = await db.sql(
      `select count(*)::int as n from pg_stat_activity where datname = current_database() and wait_event = 'PgSleep'`,
    )
    return Number(row!.n) > 0
  })
  running.process.kill('SIGKILL')
  await Promise.all([lost, running.exited])
  // The server notices a dead client only when it speaks to it again.
  await db.sql(
    `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and wait_event = 'PgSleep'`,
  )
  await db.sql(`drop trigger nap on ${table}; drop function nap()`)
  return api()
}

test('[F14] killed before the effect is committed: the repeat does it, once', async () => {
  const next = await killedAt('audit_events', 'insert', 'before')
  assert.deepEqual(await effects('before'), { streams: 0, audited: 0 })
  const { status, body } = await repeat('before')
  assert.deepEqual([status, body.id], [201, 'before'])
  assert.deepEqual(await effects('before'), { streams: 1, audited: 1 })
  assert.equal((await repeat('before')).status, 201)
  next.process.kill('SIGTERM')
  assert.equal(await next.exited, 0)
})

test('[F14] killed between effect and answer: the repeat does nothing and says what was done', async () => {
  const next = await killedAt('idempotency_key', 'update of answered_at', 'between')
  assert.deepEqual(await effects('between'), { streams: 1, audited: 1 })
  const { status, body } = await repeat('between')
  assert.deepEqual([status, body.type, body.changed], [409, '/problems/idempotency/answer-lost', ['stream:between']])
  assert.deepEqual(await effects('between'), { streams: 1, audited: 1 })
  next.process.kill('SIGTERM')
  assert.equal(await next.exited, 0)
})

test('settings are listed, changed and reset from the command line', async () => {
  const set = await own.run('settings:set', 'delivery.incident_label', 'outage')
  assert.equal(set.code, 0, set.output)
  const listed = JSON.parse((await own.run('settings:list', '--json')).stdout)
  assert.equal(listed.find(({ name }: { name: string }) => name === 'delivery.incident_label').value, 'outage')
  const wrong = await own.run('settings:set', 'delivery.attribution_window_hours', '"long"')
  assert.equal(wrong.code, 2)
  assert.match(wrong.output, /#\/value/)
  assert.match((await own.run('settings:reset', 'delivery.incident_label')).stdout, /is "incident" again/)
  assert.match((await own.run('settings:list')).stdout, /delivery\.incident_label +tenant +"incident"/)
})
