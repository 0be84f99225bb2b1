import assert from 'node:assert/strict'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, test } from 'node:test'
import { monotonicMs } from '#kernel/clock/index.ts'
import { testApp } from '#test/support/app.ts'
import { unreachableBecause } from './reach.ts'
import { startBench } from './test-bench.ts'
import { existsAlready, told } from './told.ts'

const { github, admin, rows } = await startBench({ REQUEST_TIMEOUT_MS: '2500' })
const canary = { reached: 0 }
const elsewhere = createServer((_, response) => {
  canary.reached++
  response.writeHead(200, { 'content-type': 'application/json' }).end('[]')
})
await new Promise<void>((resolve) => elsewhere.listen(0, '127.0.0.1', resolve))
after(() => elsewhere.close())
const canaryUrl = `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}/`

const say = (response: ServerResponse, body: unknown, status = 200) =>
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
const lies: [name: string, answer: (response: ServerResponse) => void][] = [
  ['html', (response) => void response.writeHead(200, { 'content-type': 'text/html' }).end('<h1>Welcome</h1>')],
  ['another shape', (response) => void say(response, { id: 'x' })],
  [
    'numbers beyond reason',
    (response) => void say(response, [{ id: 1e300, active: true, events: [], config: {} }], 200),
  ],
  ['silence', () => undefined],
  ['a drip', (response) => void response.writeHead(200, { 'content-type': 'application/json' }).write('[')],
  [
    'ten megabytes',
    (response) => {
      response.writeHead(200, { 'content-type': 'application/json' })
      for (let megabyte = 0; megabyte < 10; megabyte++) response.write('x'.repeat(1024 * 1024))
      response.end()
    },
  ],
  ['a redirect to metadata', (response) => void response.writeHead(302, { location: 'http://169.254.169.254/' }).end()],
  ['a redirect elsewhere', (response) => void response.writeHead(307, { location: canaryUrl }).end()],
  ['a broken line', (response) => void response.socket!.end('HTTP/1.1 9999 what\r\n\r\n')],
  ['500', (response) => void response.writeHead(500).end('oops')],
]

test('[P3] [W5] whatever GitHub answers, a request ends in time, with a problem or a result, and reaches nothing else', async () => {
  github.add('hostile/a')
  const maria = await admin()
  const id = await maria.authorize()
  for (const [name, answer] of lies) {
    github.says.instead = { on: /^\w+ \/api\/(user\/repos|repos)/, answer: (_, response) => answer(response) }
    const started = monotonicMs()
    const listed = await maria.ask('GET', `/github/authorizations/${id}/repositories`)
    assert.ok(listed.status >= 409 && listed.status !== 500, `${name}: ${listed.status}`)
    const { status, json } = await maria.connect(id, 'hostile/a')
    assert.equal(status, 200, `${name}: ${JSON.stringify(json)}`)
    assert.equal(json.results[0].outcome, 'refused', name)
    assert.ok(json.results[0].reason.length < 300 && json.results[0].remedy, name)
    assert.ok(monotonicMs() - started < 12_000, name)
  }
  github.says.instead = undefined
  assert.equal(canary.reached, 0)
  assert.equal((await rows('github_repository', maria.tenantId)).length, 0)
  assert.equal((await maria.connect(id, 'hostile/a')).json.results[0].outcome, 'connected', 'and it works again')
})

test('[P3] a slow GitHub: what the time does not reach is said to be left', async () => {
  const names = Array.from({ length: 8 }, (_, index) => `slow/r${index}`)
  for (const name of names) github.add(name)
  const maria = await admin()
  const id = await maria.authorize()
  github.says.instead = { on: /^GET \/api\/repos\/slow\/r2/, answer: () => undefined }
  const { status, json } = await maria.connect(id, ...names)
  github.says.instead = undefined
  assert.equal(status, 200)
  assert.deepEqual(
    json.results.map(({ outcome }: { outcome: string }) => outcome),
    ['connected', 'connected', 'refused', ...Array(5).fill('not_tried')],
  )
  assert.match(json.results[2].reason, /not known/)
})

test('[P3] [W5] names that are no repository’s reach GitHub in no form', async () => {
  const maria = await admin()
  const id = await maria.authorize()
  const before = github.says.asked.length
  for (const name of [
    'a/..',
    'a/.',
    '../b',
    'a/b/c',
    'a',
    'a/b?x',
    'a/b#',
    'a/%2e%2e',
    'a b/c',
    '/b',
    'a/',
    `a/${'b'.repeat(101)}`,
  ])
    assert.equal((await maria.connect(id, name)).status, 422, name)
  assert.equal((await maria.connect(id, ...Array.from({ length: 101 }, (_, index) => `a/b${index}`))).status, 422)
  assert.equal((await maria.ask('DELETE', `/github/authorizations/${id}/webhooks/a/%2e%2e`)).status, 404)
  assert.equal((await maria.ask('DELETE', `/github/authorizations/${id}/webhooks/a%2fb/c`)).status, 422)
  assert.equal(github.says.asked.length, before)
})

test('[P3] a tenant whose address GitHub cannot reach is told before anything is made', async () => {
  const cloud = 'https://github.com'
  for (const [own, gitHub, why] of [
    ['http://127.0.0.1:3333', cloud, 'loopback'],
    ['http://localhost:3333', cloud, 'loopback'],
    ['http://[::1]:3333', cloud, 'loopback'],
    ['http://127.0.0.1:3333', 'https://github.corp.example.com', 'loopback'],
    ['http://127.0.0.1:3333', 'http://127.0.0.1:9000', null],
    ['http://10.2.3.4', cloud, 'private'],
    ['http://192.168.1.5', 'https://octo.ghe.com', 'private'],
    ['http://169.254.1.1', cloud, 'private'],
    ['http://[fd00::5]', cloud, 'private'],
    ['https://daytwo', cloud, 'private'],
    ['https://daytwo.internal', cloud, 'private'],
    ['https://daytwo.local', cloud, 'private'],
    ['https://daytwo.internal', 'https://github.internal', null],
    ['http://10.2.3.4', 'https://10.2.3.5', null],
    ['https://daytwo.example.com', cloud, null],
    ['https://8.8.8.8', cloud, null],
  ] as const)
    assert.equal(unreachableBecause(own, gitHub), why, `${own} from ${gitHub}`)

  const away = { GITHUB_BASE_URL: 'https://github.com' }
  const far = await startBench(away)
  const maria = await far.admin()
  assert.equal((await maria.ask('GET', '/github')).json.unreachable, 'loopback')
  const nobody = '0199c000-0000-7000-8000-00000000000f'
  const { status, json } = await maria.connect(nobody, 'a/b')
  assert.deepEqual([status, json.type], [409, '/problems/repositories/unreachable-address'])
  assert.equal((await far.rows('connection', maria.tenantId)).length, 0)
})

test('[P3] without an OAuth app the page says so, and nothing begins', async () => {
  const app = await testApp()
  const { headers } = await app.person({ role: 'admin' })
  const look = await app.http.inject({ url: '/api/v1/github', headers })
  assert.equal(look.json().configured, false)
  assert.ok(look.json().callback_url.endsWith('/auth/github/callback'))
  const begun = await app.http.inject({ method: 'POST', url: '/api/v1/github/authorizations', headers, payload: {} })
  assert.equal(begun.json().type, '/problems/repositories/not-configured')
})

test('[P3] each refusal of GitHub has its own words and a way on', () => {
  const refusal = (status: number, said = '', singleSignOn = false) => ({ status, said, singleSignOn })
  const all = [
    refusal(403, 'Resource protected by organization SAML enforcement.', true),
    refusal(
      403,
      'Although you appear to have the correct authorization credentials, the org has enabled OAuth App access restrictions',
    ),
    refusal(403, 'Repository was archived so is read-only.'),
    refusal(404, 'Not Found'),
    refusal(301, 'Moved Permanently'),
    refusal(422, "url is not supported because it isn't reachable over the public Internet (localhost)"),
    refusal(422, 'The "push" event cannot have more than 20 hooks'),
    refusal(502),
    refusal(403, 'Must have admin rights to Repository.'),
  ].map(told)
  assert.equal(new Set(all.map(({ reason }) => reason)).size, all.length)
  assert.ok(all.every(({ remedy }) => remedy.length > 10))
  assert.ok(existsAlready(refusal(422, 'Hook already exists on this repository')))
  assert.ok(!existsAlready(refusal(422, 'something else')))
})
