/** `daytwo doctor`: every case of the troubleshooting, on real instances that are up, down, never started or broken. */
import assert from 'node:assert/strict'
import { chmodSync, existsSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { withClient } from '#kernel/database/index.ts'
import { testDatabase, testSecret } from './support/database.ts'
import { instance } from './support/processes.ts'

type Finding = { check: string; level: 'ok' | 'warning' | 'fault'; finding: string; fix?: string }
type Instance = Awaited<ReturnType<typeof instance>>

async function doctor(of: Instance) {
  const { code, stdout, output } = await of.run('doctor', '--json')
  const { ok, findings } = JSON.parse(stdout.trim().split('\n').at(-1)!) as { ok: boolean; findings: Finding[] }
  assert.equal(code, ok ? 0 : 1, output)
  for (const { level, fix, finding } of findings) if (level !== 'ok') assert.ok(fix, finding)
  const about = (check: string) => findings.filter((finding) => finding.check === check)
  return { ok, findings, about, faults: findings.filter(({ level }) => level === 'fault') }
}

const own = await instance()

test('[O7] before the first start and while it is down it says so, changes nothing, and exits with 1', async () => {
  const { ok, about, faults } = await doctor(own)
  assert.equal(ok, false)
  assert.equal(about('kernel.runtime')[0]!.level, 'ok')
  assert.deepEqual(
    faults.map(({ check }) => check),
    ['kernel.database'],
  )
  assert.match(faults[0]!.finding, /not running/)
  assert.match(faults[0]!.fix!, /daytwo up/)
  assert.equal(existsSync(join(own.folder, 'data')), false)
})

test('[O7] "the application will not start": every fault of the configuration with what is expected', async () => {
  const broken = await instance({ NODE_ENV: 'production', APP_KEY: 'short', DB_POOL_MAX: 'many' })
  const { about } = await doctor(broken)
  const texts = about('kernel.configuration').map(({ finding }) => finding)
  assert.ok(
    texts.some((text) => text.startsWith('APP_KEY: 5 bytes, need at least 32')),
    texts.join('\n'),
  )
  assert.ok(texts.some((text) => text.startsWith('DB_POOL_MAX:')))
  assert.match((await broken.run('doctor')).output, /✘ kernel\.configuration: APP_KEY: 5 bytes/)
})

test('[O7] "the application will not start": a database that does not answer, or is not there', async () => {
  const unreachable = await instance({ DATABASE_URL: 'postgresql://x:y@127.0.0.1:1/daytwo', APP_KEY: testSecret })
  const [refused] = (await doctor(unreachable)).faults
  assert.match(refused!.finding, /127\.0\.0\.1:1\/daytwo does not answer/)
  assert.match(refused!.fix!, /psql/)
  const { url } = await testDatabase()
  const wrong = new URL(url)
  wrong.pathname = '/no_such_database'
  const missing = await instance({ DATABASE_URL: wrong.toString(), APP_KEY: testSecret })
  assert.match((await doctor(missing)).faults[0]!.fix!, /db:setup/)
  assert.ok(!(await missing.run('doctor')).output.includes(wrong.password))
})

test('[O7] pending and edited migrations, a role that tenants are not kept apart under', async () => {
  const db = await testDatabase()
  const external = await instance({ DATABASE_URL: db.url, APP_KEY: testSecret })
  const [last] = await db.sql('delete from migration where name = (select max(name) from migration) returning *')
  const pending = await doctor(external)
  assert.match(pending.about('kernel.migrations').at(-1)!.finding, new RegExp(`${last!.name}: not applied`))
  assert.match(pending.about('kernel.migrations')[0]!.fix!, /migration:run/)
  await db.sql('insert into migration select * from jsonb_populate_record(null::migration, $1)', [
    JSON.stringify({ ...last, digest: 'x' }),
  ])
  assert.match((await doctor(external)).about('kernel.migrations')[0]!.finding, /the file differs/)
  const superuser = await instance({ DATABASE_URL: db.adminUrl, APP_KEY: testSecret })
  assert.match((await doctor(superuser)).about('kernel.database_role')[0]!.finding, /is a superuser/)
})

test('[O7] [Q1] sources without a secret, no worker, work that waits, dead letters with their reason, keys that end in 401 and 403', async () => {
  const db = await testDatabase()
  const external = await instance({ DATABASE_URL: db.url, APP_KEY: testSecret, NODE_ENV: 'production' })
  const tenant = '00000000-0000-7000-8000-000000000001'
  const queue = (values: string) =>
    db.sql(`insert into event_queue (tenant_id, event_source, event_type, delivery_id, content_type, segment_id, payload_offset,
      payload_length, status, due_at, error_class, last_error, finished_at)
      select '${tenant}', 'github', 'push', gen_random_uuid(), 'application/json', gen_random_uuid(), 0, 0, ${values}`)
  const never = await doctor(external)
  assert.equal(never.about('kernel.migrations')[0]!.level, 'ok', never.about('kernel.migrations')[0]!.finding)
  assert.match(never.about('intake.secrets')[0]!.finding, /github has no secret/)
  assert.match(never.about('intake.secrets')[0]!.fix!, /GITHUB_WEBHOOK_SECRET/)
  assert.match(never.about('operations.worker')[0]!.finding, /No worker has ever run/)
  assert.match(never.about('access.keys')[0]!.finding, /no active API key/)

  await db.sql(
    `insert into schedule (name, cron, due_at, last_outcome) values ('scheduler:evaluate-alerts', '* * * * *', now() + interval '1 hour', 'failed: no room')`,
  )
  await queue(
    `'dead_lettered', now(), 'intake/unreadable-payload', 'Unexpected token', now() from generate_series(1, 3)`,
  )
  await queue(`'pending', now() - interval '10 minutes', null, null, null`)
  await db.sql(
    `insert into api_key (tenant_id, id, name, prefix, hash, scopes, streams, expires_at) values
      ($1, gen_random_uuid(), 'old', 'd2_old', '\\x01', '{metrics:read}', null, now() - interval '1 day'),
      ($1, gen_random_uuid(), 'narrow', 'd2_narrow', '\\x02', '{metrics:read}', '{payments}', null)`,
    [tenant],
  )
  const { about } = await doctor(external)
  const text = (check: string) =>
    about(check)
      .map(({ finding }) => finding)
      .join('\n')
  assert.match(
    text('intake.dead_letters'),
    /3 events of github are dead letters \(intake\/unreadable-payload\).*Unexpected token/,
  )
  assert.match(about('intake.dead_letters')[0]!.fix!, /requeue/)
  assert.match(text('operations.worker'), /1 due rows of event_queue wait for 10 minutes and no worker takes any/)
  assert.match(text('operations.worker'), /scheduler:evaluate-alerts failed: no room/)
  assert.match(text('intake.sources'), /github: failing/)
  assert.match(text('access.keys'), /"old" \(d2_old….*expired.*401/)
  assert.match(text('access.keys'), /"narrow" .*payments only.*403/)
})

test('[O7] [R8] a running instance has no fault; a folder others can read, and one it may not write, are told', async () => {
  await own.up()
  const well = await doctor(own)
  assert.deepEqual(well.faults, [])
  assert.equal(well.ok, true)
  assert.match(well.about('kernel.database')[0]!.finding, /PostgreSQL 18/)
  assert.equal(well.about('operations.worker')[0]!.level, 'ok')
  const names = well.findings.map(({ check }) => check.split('.')[0])
  for (const module of ['kernel', 'intake', 'access', 'delivery', 'operations', 'alerts'])
    assert.ok(names.includes(module), module)
  const secrets = join(own.folder, 'data/secrets.json')
  chmodSync(secrets, 0o644)
  const [, , others] = (await doctor(own)).about('kernel.data_folder').concat(well.about('kernel.data_folder'))
  assert.ok(others)
  assert.match(
    (await doctor(own))
      .about('kernel.data_folder')
      .map(({ fix }) => fix)
      .join(),
    /chmod 600/,
  )
  chmodSync(secrets, 0o600)
  await withClient((await own.run('db:url')).stdout.trim(), (client) => client.query('select 1'))
})
