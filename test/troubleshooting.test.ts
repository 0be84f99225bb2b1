/** "Common troubleshooting" of the delivery runbook (section 11), step by step against the running product. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import type pg from 'pg'
import { sleep } from '#kernel/clock/index.ts'
import { hmacSha256 } from '#kernel/crypto/index.ts'
import { withClient } from '#kernel/database/index.ts'
import { instance } from './support/processes.ts'

const own = await instance()
const up = await own.up()
const secrets = JSON.parse(readFileSync(join(own.folder, 'data/secrets.json'), 'utf8'))
const operator = (await own.run('db:url')).output.trim().split('\n').at(-1)!

async function keyWith(...options: string[]): Promise<{ id: string; key: string }> {
  const made = await own.run('api-key:create', '--name', 'test', '--json', ...options)
  assert.equal(made.code, 0, made.output)
  return JSON.parse(made.stdout)
}
async function ask(path: string, key?: string) {
  const reply = await fetch(`${own.url}/api/v1${path}`, { headers: key ? { authorization: `Bearer ${key}` } : {} })
  return { status: reply.status, body: JSON.parse(await reply.text()) }
}
async function send(body: string, secret: string = secrets.GITHUB_WEBHOOK_SECRET, event = 'push'): Promise<number> {
  const headers = {
    'content-type': 'application/json',
    'x-github-event': event,
    'x-hub-signature-256': `sha256=${hmacSha256(secret, body).toString('hex')}`,
  }
  return (await fetch(`${own.url}/api/v1/webhooks/github`, { method: 'POST', headers, body })).status
}
/** Asks until the answer is the one that is waited for. */
async function soon<T>(what: string, look: () => Promise<T>, isIt: (found: T) => boolean): Promise<T> {
  for (let tries = 0; ; tries++) {
    const found = await look()
    if (isIt(found)) return found
    assert.ok(tries < 300, `${what}: ${JSON.stringify(found)}`)
    await sleep(50)
  }
}

const general = await keyWith()
type Source = { source: string; status: string; last_event_at: string | null; dead_letters_last_day: number }
type Health = { status: string; sources: Source[] }
const github = async () => {
  const { body } = (await ask('/admin/integration-health', general.key)) as { body: Health }
  return { ...body, github: body.sources.find(({ source }) => source === 'github') }
}

test('[A2] [Q4] "No data in dashboard": the sources’ health, dead letters with their reason, and the log lead to the cause', async () => {
  const before = await github()
  assert.equal(before.status, 'ok', 'a healthy response has status "ok"')
  assert.ok(before.sources.every(({ status }) => status === 'healthy' || status === 'no_data'))
  assert.equal(await send('{}', 'another secret'), 401, 'a webhook that is configured wrongly is refused')
  assert.equal(await send('{broken'), 202)
  await withClient(operator, async (client: pg.Client) => {
    const dead = `SELECT id, event_source, event_type, last_error, enqueued_at
FROM event_queue
WHERE status = 'dead_lettered'
ORDER BY enqueued_at DESC
LIMIT 20;`
    const [row] = await soon(
      'the dead letter',
      async () => (await client.query(dead)).rows,
      ({ length }) => length === 1,
    )
    assert.deepEqual([row.event_source, row.event_type], ['github', 'push'])
    assert.match(row.last_error, /Malformed payload/)
  })
  const { github: source } = await github()
  assert.ok(source!.last_event_at !== null && source!.dead_letters_last_day === 1, JSON.stringify(source))
  assert.match((await own.run('logs', '--file', 'access')).output, /webhooks\/github","status":401/)
})

test('[D6] "Metrics API returns 401": the header needs the raw key, and the key must be active', async () => {
  const { id, key } = await keyWith()
  assert.equal((await ask('/metrics/dora', key)).status, 200)
  assert.equal((await ask('/metrics/dora')).status, 401)
  const cut = await ask('/metrics/dora', key.slice(0, -1))
  assert.deepEqual([cut.status, cut.body.detail], [401, 'No key like this exists.'])
  const bare = await fetch(`${own.url}/api/v1/metrics/dora`, { headers: { authorization: key } })
  assert.equal(bare.status, 401)
  assert.match(await bare.text(), /Bearer <key>/)
  assert.equal((await own.run('api-key:revoke', id)).code, 0)
  const revoked = await soon(
    'the end of the key',
    () => ask('/metrics/dora', key),
    ({ status }) => status === 401,
  )
  assert.match(revoked.body.detail, /revoked/)
})

test('[D6] "Metrics API returns 403": the key’s streams must include the one asked for', async () => {
  const { key: writer } = await keyWith('--scope', 'delivery:write', '--scope', 'metrics:read')
  for (const [id, kind] of Object.entries({ web: 'delivery', node: 'tech', other: 'delivery' })) {
    const body = JSON.stringify({ id, kind, name: id, sources: [{ kind: 'repository', value: `acme/${id}` }] })
    const headers = { authorization: `Bearer ${writer}`, 'content-type': 'application/json' }
    const made = await fetch(`${own.url}/api/v1/streams`, { method: 'POST', headers, body })
    assert.equal(made.status, 201, await made.text())
  }
  const { key } = await keyWith('--stream', 'web', '--stream', 'node')
  for (const metric of ['dora', 'lead-time', 'flow', 'velocity', 'forecast', 'pulse']) {
    assert.equal((await ask(`/metrics/${metric}?stream=web`, key)).status, 200, metric)
    assert.equal((await ask(`/metrics/${metric}?tech_stream=node`, key)).status, 200, metric)
    assert.equal((await ask(`/metrics/${metric}?stream=other`, key)).status, 403, metric)
    assert.equal((await ask(`/metrics/${metric}`, key)).status, 403, `${metric} of everything`)
    assert.equal((await ask(`/metrics/${metric}?stream=other`, writer)).status, 200, 'an unrestricted key')
  }
})

test('[Q2] [Q4] "Event queue growing": what waits is seen, and it drains by itself once processing resumes', async () => {
  const children = execFileSync('ps', ['-o', 'pid=,args=', '--ppid', String(up.process.pid)], { encoding: 'utf8' })
  const worker = Number(/^\s*(\d+) .* worker$/m.exec(children)![1])
  await withClient(operator, async (client: pg.Client) => {
    const waiting = async () =>
      Number(
        (await client.query(`SELECT status, COUNT(*) FROM event_queue GROUP BY status;`)).rows.find(
          ({ status }) => status === 'pending',
        )?.count ?? 0,
      )
    process.kill(worker, 'SIGSTOP')
    try {
      for (let n = 0; n < 20; n++) assert.equal(await send(JSON.stringify({ zen: String(n) }), undefined, 'ping'), 202)
      assert.equal(await waiting(), 20)
      assert.match((await own.run('work:list')).output, /event_queue/)
    } finally {
      process.kill(worker, 'SIGCONT')
    }
    await soon('the end of the queue', waiting, (count) => count === 0)
  })
})
