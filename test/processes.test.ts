/** The product as processes: started, asked, killed, stopped and started again, the way its users do. */
import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import type pg from 'pg'
import { hmacSha256 } from '#kernel/crypto/index.ts'
import { databaseUrl, withClient } from '#kernel/database/index.ts'
import { scheduledCommands } from '../src/cli/commands/operations.ts'
import { answering, instance } from './support/processes.ts'

const own = await instance()
let link = ''
let key = ''
const children = (pid: number) =>
  execFileSync('ps', ['-o', 'pid=,args=', '--ppid', String(pid)], { encoding: 'utf8' })
    .trim()
    .split('\n')
const childPid = (pid: number, role: string) =>
  Number(
    children(pid)
      .find((line) => line.endsWith(` ${role}`))!
      .trim()
      .split(' ')[0],
  )
const get = (path: string, headers: Record<string, string> = {}) => fetch(`${own.url}${path}`, { headers })
const json = async (reply: Promise<Response>) => JSON.parse(await (await reply).text())
const secrets = () => JSON.parse(readFileSync(join(own.folder, 'data/secrets.json'), 'utf8'))

let up = await own.up()

test('[R1] [R8] one command serves API, worker, console and documents on an embedded PostgreSQL', async () => {
  assert.deepEqual(await json(get('/healthz')), { ok: true })
  const ready = await json(get('/readyz'))
  assert.equal(ready.status, 'ready')
  assert.deepEqual(
    ready.checks.map(({ name }: { name: string }) => name),
    ['database', 'migrations', 'queue'],
  )
  assert.equal((await json(fetch(`${own.workerUrl}/readyz`))).status, 'ready')
  const page = await get('/', { accept: 'text/html' })
  assert.match(page.headers.get('content-security-policy')!, /script-src 'self'; style-src 'self' 'nonce-/)
  assert.match(await page.text(), /<div id="root">/)
  assert.equal((await get('/deployments', { accept: 'text/html' })).status, 200, 'deep links open the console')
  assert.match(await (await get('/docs')).text(), /openapi\.json/)
  assert.equal((await json(get('/docs/openapi.json'))).openapi, '3.1.0')
  assert.match(await (await get('/metrics')).text(), /daytwo_http_request_seconds_bucket/)
  assert.match(await (await fetch(`${own.workerUrl}/metrics`)).text(), /daytwo_work_due\{work="event_queue"\}/)
  assert.equal((await get('/problems/intake/bad-signature')).status, 200)
  const unknown = await get('/nothing/here')
  assert.equal(unknown.status, 404)
  assert.match(unknown.headers.get('content-type')!, /problem\+json/)
})

test('[R2] the first start prints a one-time link; of many who use it at once one gets in', async () => {
  link = /http:\/\/\S+\/setup#token=\S+/.exec(up.output())![0]
  const token = new URL(link).hash.slice('#token='.length)
  assert.equal((await get('/api/v1/session')).status, 401, 'opened by nothing else')
  const open = (_: unknown, n: number) =>
    fetch(`${own.url}/auth/setup`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'sec-fetch-site': 'same-origin' },
      body: JSON.stringify({
        token,
        email: `maria${n}@example.com`,
        name: 'Maria',
        password: 'violet harbour lantern orchard',
      }),
    })
  const replies = await Promise.all(Array.from({ length: 20 }, open))
  const won = replies.filter(({ status }) => status === 200)
  assert.equal(won.length, 1)
  assert.ok(replies.filter(({ status }) => status === 410).length === 19)
  const cookie = won[0]!.headers.getSetCookie().find((text) => text.startsWith('daytwo_access='))!
  assert.match(cookie, /Max-Age=900; Path=\/; HttpOnly; SameSite=Lax/)
  const session = { cookie: cookie.split(';')[0]! }
  assert.equal((await json(get('/api/v1/session', session))).tenant.name, 'Default')
  // A page of another site may not use the cookie to change anything.
  const body = JSON.stringify({ name: 'x', scopes: ['metrics:read'] })
  const post = (headers: Record<string, string>) =>
    fetch(`${own.url}/api/v1/api-keys`, {
      method: 'POST',
      headers: { ...session, 'content-type': 'application/json', ...headers },
      body,
    })
  assert.equal((await post({ 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' })).status, 403)
  assert.equal((await post({})).status, 403)
  assert.equal((await post({ 'sec-fetch-site': 'same-origin' })).status, 201)
})

test('[P6] [D6] a key made on the command line opens the metrics API, and not after it is revoked', async () => {
  const made = await own.run('api-key:create', '--name', 'test', '--json')
  const { id, key: text } = JSON.parse(made.output)
  assert.match(text, /^d2_/)
  const bearer = { authorization: `Bearer ${text}` }
  assert.equal((await get('/api/v1/metrics/dora', bearer)).status, 200)
  assert.equal((await own.run('api-key:revoke', id)).code, 0)
  await new Promise((resolve) => setTimeout(resolve, 1000))
  const problem = await json(get('/api/v1/metrics/dora', bearer))
  assert.equal(problem.status, 401)
  assert.match(problem.detail, /revoked/)
  key = JSON.parse((await own.run('api-key:create', '--name', 'kept', '--json')).output).key
})

test('[Q1] [Q2] the runbook’s curl lines are answered 202, and its SQL sees and requeues the events', async () => {
  const { GITHUB_WEBHOOK_SECRET, JIRA_WEBHOOK_SECRET } = secrets()
  const script = `
    SIG=$(echo -n '{"issue":{"key":"TEST-1"}}' | openssl dgst -sha256 -hmac "$JIRA_WEBHOOK_SECRET" | awk '{print $2}')
    curl -s -o /dev/null -w '%{http_code} ' -X POST ${own.url}/api/v1/webhooks/jira \\
      -H "Content-Type: application/json" \\
      -H "X-Hub-Signature: sha256=$SIG" \\
      -d '{"issue":{"key":"TEST-1"}}'
    SIG=$(echo -n '{"action":"opened"}' | openssl dgst -sha256 -hmac "$GITHUB_WEBHOOK_SECRET" | awk '{print $2}')
    curl -s -o /dev/null -w '%{http_code}' -X POST ${own.url}/api/v1/webhooks/github \\
      -H "Content-Type: application/json" \\
      -H "X-Hub-Signature-256: sha256=$SIG" \\
      -H "X-GitHub-Event: pull_request" \\
      -d '{"action":"opened"}'`
  const statuses = execFileSync('bash', ['-c', script], {
    encoding: 'utf8',
    env: { ...process.env, GITHUB_WEBHOOK_SECRET, JIRA_WEBHOOK_SECRET },
  })
  assert.equal(statuses, '202 202')
  const operator = (await own.run('db:url')).output.trim().split('\n').at(-1)!
  assert.match(operator, /daytwo_operator/)
  await withClient(operator, async (client: pg.Client) => {
    const done = async () => (await client.query('SELECT status, COUNT(*) FROM event_queue GROUP BY status;')).rows
    for (let tries = 0; tries < 100 && (await done())[0]?.count !== '2'; tries++)
      await new Promise((resolve) => setTimeout(resolve, 20))
    assert.deepEqual(await done(), [{ status: 'completed', count: '2' }])
    const dead = `SELECT id, event_source, event_type, last_error, enqueued_at
FROM event_queue
WHERE status = 'dead_lettered'
ORDER BY enqueued_at DESC
LIMIT 20;`
    assert.deepEqual((await client.query(dead)).rows, [])
    const body = '{broken'
    const headers = {
      'content-type': 'application/json',
      'x-github-event': 'push',
      'x-hub-signature-256': `sha256=${hmacSha256(GITHUB_WEBHOOK_SECRET, body).toString('hex')}`,
    }
    assert.equal((await fetch(`${own.url}/api/v1/webhooks/github`, { method: 'POST', headers, body })).status, 202)
    let rows: { id: string; last_error: string }[] = []
    for (let tries = 0; tries < 100 && rows.length === 0; tries++) {
      await new Promise((resolve) => setTimeout(resolve, 20))
      rows = (await client.query(dead)).rows
    }
    assert.match(rows[0]!.last_error, /Malformed payload/)
    // With the worker stopped the requeued row can be looked at; afterwards it is taken within a second.
    await client.query(`UPDATE event_queue SET status = 'pending', attempt_count = 0 WHERE id = ${rows[0]!.id}`)
    await new Promise((resolve) => setTimeout(resolve, 1000))
    const [row] = (await client.query(`select status, attempt_count from event_queue where id = ${rows[0]!.id}`)).rows
    assert.deepEqual(row, { status: 'dead_lettered', attempt_count: 1 }, 'it was tried anew')
  })
})

test('[R11] the operator’s changes are audited with before and after, and daytwo sql needs no psql', async () => {
  const changed = await own.run(
    'sql',
    `update event_queue set last_error = 'looked at' where event_type = 'pull_request'`,
  )
  assert.match(changed.output, /UPDATE 1/)
  const { output } = await own.run(
    'sql',
    '--json',
    `select actor_name, action, delta->'after'->>'last_error' as after from audit_events where actor_type = 'operator' order by id desc limit 1`,
  )
  assert.deepEqual(JSON.parse(output), [
    { actor_name: 'daytwo_operator', action: 'update.event_queue', after: 'looked at' },
  ])
  const refused = await own.run('sql', 'delete from audit_events')
  assert.equal(refused.code, 1)
  assert.match(refused.output, /permission denied/)
  const report = JSON.parse((await own.run('db:report', '--json')).output)
  assert.ok(report.tables.some(({ table }: { table: string }) => table === 'event_queue'))
  assert.ok(
    report.slowStatements.some(({ name }: { name: string }) => name.startsWith('work.claim-')),
    'statements carry our names',
  )
})

test('[D15] scheduled commands run by hand and show their last run', async () => {
  const names = Object.keys(scheduledCommands).sort()
  assert.ok(names.length >= 7)
  for (const name of names) {
    const { code, output } = await own.run(`scheduler:${name}`)
    assert.equal(code, 0, output)
  }
  const { schedules } = await json(get('/api/v1/schedules', { authorization: `Bearer ${key}` }))
  assert.deepEqual(
    schedules.map(({ name }: { name: string }) => name),
    names.map((name) => `scheduler:${name}`),
  )
  for (const schedule of schedules) {
    assert.ok(schedule.last_started_at && schedule.last_outcome, schedule.name)
    assert.ok(Date.parse(schedule.next_run_at) > Date.now() - 61_000)
  }
})

test('[R4] a worker that is killed is replaced, and intake never notices', async () => {
  const before = childPid(up.process.pid!, 'worker')
  process.kill(before, 'SIGKILL')
  assert.equal((await get('/healthz')).status, 200)
  await new Promise((resolve) => setTimeout(resolve, 400))
  await answering(`${own.workerUrl}/healthz`, up)
  assert.notEqual(childPid(up.process.pid!, 'worker'), before)
})

test('[R9] requests are in the access log, and daytwo logs finds them', async () => {
  const { output } = await own.run('logs', '--file', 'access', '--json')
  const line = JSON.parse(output.trim().split('\n').at(-1)!)
  assert.equal(line.message, 'request')
  assert.ok(line.requestId && line.timestamp && line.metadata.path)
  assert.ok(!output.includes(key), 'keys are not logged')
})

test('[R7] SIGTERM stops everything cleanly, and a second start keeps everything', async () => {
  const before = secrets()
  const started = performance.now()
  up.process.kill('SIGTERM')
  assert.equal(await up.exited, 0, up.output())
  assert.ok(performance.now() - started < 10_000)
  up = await own.up()
  assert.deepEqual(secrets(), before)
  assert.equal((await get('/api/v1/metrics/dora', { authorization: `Bearer ${key}` })).status, 200)
  assert.ok(!up.output().includes('one-time link'), 'nobody needs a new link once the console was opened')
})

test('[R1] after the whole product is killed, the next start takes over what is left', async () => {
  const pids = [up.process.pid!, childPid(up.process.pid!, 'api'), childPid(up.process.pid!, 'worker')]
  for (const pid of pids) process.kill(pid, 'SIGKILL')
  await up.exited
  up = await own.up()
  assert.equal((await get('/api/v1/metrics/dora', { authorization: `Bearer ${key}` })).status, 200)
})

test('[R7] [R8] while PostgreSQL is gone intake answers 503 with Retry-After, and all recovers by itself', async () => {
  const [postmaster] = readFileSync(join(own.folder, 'data/postgres/postmaster.pid'), 'utf8').split('\n')
  const { GITHUB_WEBHOOK_SECRET } = secrets()
  const body = JSON.stringify({ zen: 'while the database is gone' })
  const headers = {
    'content-type': 'application/json',
    'x-github-event': 'ping',
    'x-hub-signature-256': `sha256=${hmacSha256(GITHUB_WEBHOOK_SECRET, body).toString('hex')}`,
  }
  const send = (delivery: string) =>
    fetch(`${own.url}/api/v1/webhooks/github`, {
      method: 'POST',
      headers: { ...headers, 'x-github-delivery': delivery },
      body,
    })
  // Connections to the API that the test before killed are found dead, and dropped.
  await answering(`${own.url}/readyz`, up)
  assert.equal((await send('before')).status, 202)
  process.kill(Number(postmaster), 'SIGKILL')
  const statuses: number[] = []
  const accepted: string[] = []
  const deadline = performance.now() + 20_000
  for (let tries = 0; performance.now() < deadline; tries++) {
    const reply = await send(`during-${tries}`)
    statuses.push(reply.status)
    if (reply.status === 202) accepted.push(`during-${tries}`)
    else assert.ok(reply.headers.get('retry-after'), 'a refusal says when to come back')
    if (reply.status === 202 && statuses.includes(503)) break
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  assert.ok(statuses.includes(503), 'the outage was seen')
  assert.deepEqual([...new Set(statuses)].sort(), [202, 503], 'and nothing else was answered')
  await answering(`${own.url}/readyz`, up)
  const stored = JSON.parse(
    (await own.run('sql', '--json', `select delivery_id from event_queue where delivery_id like 'during-%'`)).stdout,
  )
  const ids = stored.map((row: { delivery_id: string }) => row.delivery_id)
  assert.deepEqual(
    accepted.filter((id) => !ids.includes(id)),
    [],
    'what was accepted is there',
  )
})

test('[R5] a start with a faulty environment tells every fault and ends with code 2', async () => {
  const faulty = await instance({ PORT: 'abc', LOG_LEVEL: 'loud' })
  for (const command of ['up', 'config:check']) {
    const { code, output } = await faulty.run(command)
    assert.equal(code, 2)
    assert.match(output, /2 faults/)
    assert.match(output, /PORT: expected a whole number/)
  }
})

test('[R10] help has examples, and what destroys asks first', async () => {
  assert.match((await own.run('import:git', '--help')).output, /Examples:/)
  const refused = await own.run('migration:rollback')
  assert.equal(refused.code, 1)
  assert.match(refused.output, /--yes/)
})

const external = process.env.DAYTWO_TEST_SERVER!
test('[R4] [R6] on an external PostgreSQL: set-up, refusal while migrations are pending, then api and worker apart', async () => {
  const name = `external_${process.pid}`
  const url = databaseUrl(external, name, { user: 'daytwo_external', password: 'p-external' })
  const remote = await instance({
    DATABASE_URL: url,
    DATABASE_MIGRATION_URL: external,
    NODE_ENV: 'production',
    APP_KEY: 'k'.repeat(40),
    DATABASE_READ_URL: url,
  })
  try {
    assert.equal((await remote.run('db:setup')).code, 0)
    assert.equal((await remote.run('db:setup')).code, 0, 'safe to repeat')
    const migrating = await instance({
      DATABASE_URL: url,
      DATABASE_MIGRATION_URL: databaseUrl(external, name),
      NODE_ENV: 'production',
      APP_KEY: 'k'.repeat(40),
    })
    const early = await remote.run('api')
    assert.equal(early.code, 1)
    assert.match(early.output, /202611210100_kernel: not applied/)
    assert.match((await migrating.run('migration:run')).output, /applied/)
    const api = remote.start('api')
    const worker = remote.start('worker')
    await answering(`${remote.url}/readyz`, api)
    await answering(`${remote.workerUrl}/readyz`, worker)
    const superuser = await instance({
      DATABASE_URL: databaseUrl(external, name),
      NODE_ENV: 'production',
      APP_KEY: 'k'.repeat(40),
    })
    const refused = await superuser.run('api')
    assert.equal(refused.code, 1)
    assert.match(refused.output, /is a superuser/)
    for (const started of [api, worker]) {
      started.process.kill('SIGTERM')
      assert.equal(await started.exited, 0, started.output())
    }
  } finally {
    await withClient(external, (admin) => admin.query(`drop database if exists ${name} with (force)`))
  }
})

test('[R7] SIGTERM to npm itself stops everything too, as a process manager sends it', async () => {
  const managed = await instance()
  const npm = managed.npmStart()
  await answering(`${managed.url}/readyz`, npm)
  npm.process.kill('SIGTERM')
  await npm.exited
  await new Promise((resolve) => setTimeout(resolve, 500))
  // Its database names the data folder, which the supervisor would have stopped last.
  const { stdout } = spawnSync('pgrep', ['-f', managed.folder], { encoding: 'utf8' })
  assert.equal(stdout, '', 'nothing of it runs any more')
  const again = await managed.run('db:url')
  assert.equal(again.code, 0, again.output)
})
