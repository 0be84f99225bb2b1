import assert from 'node:assert/strict'
import { test } from 'node:test'
import { githubWebhook } from '#test/support/webhooks.ts'
import { startBench } from './test-bench.ts'

const { app, github, admin, rows, audited } = await startBench()
type Result = { repository: string; outcome: string; reason: string | null; remedy: string | null }
const outcomesOf = (json: { results: Result[] }) => json.results.map(({ outcome }) => outcome)

test('[P3] connecting twice, and twice at once, leaves one webhook and one connection', async () => {
  const names = Array.from({ length: 6 }, (_, index) => `twice/r${index}`)
  for (const name of names) github.add(name)
  const maria = await admin()
  const colleague = await admin({ tenantId: maria.tenantId })
  const [own, others] = [await maria.authorize(), await colleague.authorize()]
  const both = await Promise.all([
    maria.connect(own, ...names),
    colleague.connect(others, ...names),
    maria.connect(own, ...names),
  ])
  for (const { status, json } of both) {
    assert.equal(status, 200, JSON.stringify(json))
    assert.ok(outcomesOf(json).every((outcome) => outcome === 'connected' || outcome === 'was_connected'))
  }
  assert.equal(both.flatMap(({ json }) => outcomesOf(json)).filter((outcome) => outcome === 'connected').length, 6)
  assert.deepEqual(outcomesOf((await maria.connect(own, ...names)).json), Array(6).fill('was_connected'))
  for (const name of names)
    assert.equal(github.repositories.find(({ full_name: one }) => one === name)!.hooks.length, 1, name)
  assert.equal((await rows('connection', maria.tenantId)).length, 1)
  assert.equal((await rows('github_repository', maria.tenantId)).length, 6)
})

test('[P3] connecting again mends what changed: a rotated secret, a webhook switched off or deleted, a removed connection', async () => {
  const shop = github.add('mend/shop')
  const maria = await admin()
  const id = await maria.authorize()
  await maria.connect(id, 'mend/shop')
  const [connection] = await rows('connection', maria.tenantId)
  const rotated = await maria.ask('POST', `/connections/${connection!.id}/rotate`, { overlap_hours: 0 })
  Object.assign(shop.hooks[0]!, { active: false, events: ['push', 'star'] })
  assert.deepEqual(outcomesOf((await maria.connect(id, 'mend/shop')).json), ['was_connected'])
  const [hook] = shop.hooks
  assert.equal(hook!.config.secret, rotated.json.secret)
  assert.ok(hook!.active && hook!.events.includes('deployment_status') && hook!.events.includes('star'))

  shop.hooks.length = 0
  assert.deepEqual(outcomesOf((await maria.connect(id, 'mend/shop')).json), ['connected'])

  await maria.ask('DELETE', `/connections/${connection!.id}`)
  const page = (await maria.ask('GET', '/github')).json
  assert.equal(page.repositories[0].address_valid, false)
  const listed = (await maria.ask('GET', `/github/authorizations/${id}/repositories`)).json.repositories
  assert.equal(listed.find(({ repository }: Result) => repository === 'mend/shop').connected, false)
  assert.deepEqual(outcomesOf((await maria.connect(id, 'mend/shop')).json), ['was_connected'])
  assert.equal(shop.hooks.length, 1, 'its webhook moved to the new address')
  const { url, secret } = shop.hooks[0]!.config
  assert.notEqual(url.split('/').at(-1), connection!.id)
  const sent = await app.http.inject(
    githubWebhook('ping', { zen: 'x' }, { secret, connection: url.split('/').at(-1)! }),
  )
  assert.equal(sent.statusCode, 202, sent.body)
})

test('[P3] a webhook that was pasted by hand for this tenant stays as it is; one of another tenant is not this one’s', async () => {
  const shop = github.add('hand/shop')
  const maria = await admin()
  await maria.ask('POST', '/connections', { source: 'github', name: 'first' })
  const byHand = (await maria.ask('POST', '/connections', { source: 'github', name: 'by hand' })).json
  const config = { url: byHand.url, content_type: 'json', insecure_ssl: '0', secret: byHand.secret }
  shop.hooks.push({ id: 5, active: true, events: ['push'], config })
  const id = await maria.authorize()
  for (const _ of [1, 2]) assert.deepEqual(outcomesOf((await maria.connect(id, 'hand/shop')).json), ['was_connected'])
  assert.deepEqual(shop.hooks[0]!.config, config)
  assert.equal(shop.hooks.length, 1)

  const stranger = await admin()
  assert.deepEqual(outcomesOf((await stranger.connect(await stranger.authorize(), 'hand/shop')).json), ['connected'])
  assert.equal(shop.hooks.length, 2)
})

test('[P3] disconnecting deletes the webhook; what GitHub does not let go of stays in the list', async () => {
  const [shop, gone, lost] = [github.add('off/shop'), github.add('off/gone'), github.add('off/lost')]
  const maria = await admin()
  const id = await maria.authorize()
  await maria.connect(id, 'off/shop', 'off/gone', 'off/lost')
  const end = (name: string) => maria.ask('DELETE', `/github/authorizations/${id}/webhooks/${name}`)
  assert.equal((await end('Off/Shop')).status, 204)
  assert.equal(shop.hooks.length, 0)
  assert.equal((await end('off/shop')).status, 404)
  gone.hooks.length = 0
  assert.equal((await end('off/gone')).status, 204, 'it was gone at GitHub already')
  lost.admin = false
  const refused = await end('off/lost')
  assert.deepEqual([refused.status, refused.json.type], [409, '/problems/repositories/refused'])
  assert.match(refused.json.detail, /does not administer/)
  assert.deepEqual(
    (await rows('github_repository', maria.tenantId)).map(({ name }) => name),
    ['off/lost'],
  )
  const entries = (await audited(maria.tenantId)).filter(({ action }) => action === 'repositories.disconnected')
  assert.equal(entries.length, 2)
})

test('[P3] an authorization that was withdrawn at GitHub ends here, in the middle of the work too', async () => {
  const names = ['mid/a', 'mid/b', 'mid/c']
  for (const name of names) github.add(name)
  const maria = await admin()
  const first = await maria.authorize()
  github.tokens.clear()
  const ended = await maria.ask('GET', `/github/authorizations/${first}/repositories`)
  assert.deepEqual([ended.status, ended.json.type], [410, '/problems/repositories/authorization-ended'])
  assert.equal((await rows('github_authorization', maria.tenantId)).length, 0)

  const second = await maria.authorize()
  github.says.instead = {
    on: /^GET \/api\/repos\/mid\/b\/hooks/,
    answer: (_, response) => response.writeHead(401).end('{"message":"Bad credentials"}'),
  }
  const { status, json } = await maria.connect(second, ...names)
  github.says.instead = undefined
  assert.equal(status, 200)
  assert.deepEqual(outcomesOf(json), ['connected', 'not_tried', 'not_tried'])
  assert.equal((await rows('github_authorization', maria.tenantId)).length, 0)
  assert.deepEqual(
    (await rows('github_repository', maria.tenantId)).map(({ name }) => name),
    ['mid/a'],
  )
})

test('[P3] GitHub’s limit stops the work and says for how long; what was done is told', async () => {
  const names = ['limit/a', 'limit/b', 'limit/c']
  for (const name of names) github.add(name)
  const maria = await admin()
  const id = await maria.authorize()
  const reset = String(Math.floor(Date.now() / 1000) + 900)
  for (const [code, headers, least, most] of [
    [403, { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': reset }, 890, 900],
    [403, { 'retry-after': '30' }, 30, 30],
    [429, { 'retry-after': '9999999' }, 3600, 3600],
    [429, { 'retry-after': 'soon' }, 60, 60],
    [429, {}, 60, 60],
  ] as const) {
    const answer = (on: RegExp) => {
      github.says.instead = { on, answer: (_, response) => response.writeHead(code, headers).end('{}') }
    }
    answer(/^GET \/api\/repos\/limit\/b\/hooks/)
    const { json } = await maria.connect(id, ...names)
    assert.deepEqual(outcomesOf(json).slice(1), ['not_tried', 'not_tried'])
    const wait = json.retry_after_seconds
    assert.ok(wait >= least && wait <= most, `${code} ${JSON.stringify(headers)}: ${wait}`)
    answer(/^GET \/api\/user\/repos/)
    const listed = await maria.ask('GET', `/github/authorizations/${id}/repositories`)
    assert.deepEqual([listed.status, listed.json.type], [429, '/problems/repositories/github-limit'])
    assert.ok(Number(listed.headers['retry-after']) >= least)
  }
  github.says.instead = undefined
  assert.deepEqual(outcomesOf((await maria.connect(id, ...names)).json).slice(1), ['connected', 'connected'])
})

test('[P3] three hundred repositories come page by page; private ones only where that was asked for', async () => {
  for (let index = 0; index < 300; index++)
    github.add(`many/r${String(index).padStart(3, '0')}`, { private: index % 10 === 0 })
  const all = async (wants: { private?: boolean }) => {
    const maria = await admin()
    const id = await maria.authorize(wants)
    const found: string[] = []
    let pages = 0
    for (let page: number | null = 1; page !== null; pages++) {
      const { status, json } = await maria.ask('GET', `/github/authorizations/${id}/repositories?page=${page}`)
      assert.equal(status, 200)
      found.push(...json.repositories.map(({ repository }: Result) => repository))
      page = json.next_page
    }
    assert.equal(new Set(found).size, found.length)
    return { maria, id, pages, many: found.filter((name) => name.startsWith('many/')) }
  }
  const open = await all({})
  assert.equal(open.many.length, 270)
  assert.ok(open.pages >= 3)
  assert.equal((await all({ private: true })).many.length, 300)
  // Known by name, a private one needs no right to its code.
  assert.deepEqual(outcomesOf((await open.maria.connect(open.id, 'many/r000')).json), ['connected'])
  const tooFar = await open.maria.ask('GET', `/github/authorizations/${open.id}/repositories?page=51`)
  assert.equal(tooFar.status, 422)
})
