/**
 * Ten tenants at once over a pool of five connections, ten thousand requests of keys and of persons, some of whom go from tenant to
 * tenant, some cut off at a random moment: a tenant that stuck to a connection, or a cache without the tenant in its key, would show
 * one tenant's rows to another.
 */
import assert from 'node:assert/strict'
import { Agent, type IncomingMessage, request } from 'node:http'
import { after, test } from 'node:test'
import { signIn, testApp } from './support/app.ts'

const requests = 10_000
const tenantsCount = 10
const lanes = 40
const abortShare = 0.05

const app = await testApp()
const url = new URL(await app.http.listen({ port: 0, host: '127.0.0.1' }))
const agent = new Agent({ keepAlive: true, maxSockets: lanes })
after(() => agent.destroy())

/** Reproducible: a failure names its seed. */
function randomOf(seed: number) {
  let state = seed
  return () => {
    state = (state * 1664525 + 1013904223) % 4294967296
    return state / 4294967296
  }
}

type Asked = { status: number; body: string; cookie: string } | 'aborted'
type Headers = Record<string, string>

/** Who asks, and as what now: a wanderer goes to another tenant, and has other cookies from then on. */
type Place = { readonly tenant: Tenant; readonly headers: Headers }
type Tenant = { readonly mark: string; readonly tenantId: string; made: number }
type Asker = { place: Place; readonly wanderer?: Wanderer }
type Wanderer = {
  readonly email: string
  readonly password: string
  readonly homes: readonly Tenant[]
  moving: boolean
}

function ask(
  method: string,
  path: string,
  headers: Record<string, string>,
  payload: object | undefined,
  abortAfterMs?: number,
) {
  return new Promise<Asked>((resolve, reject) => {
    const body = payload === undefined ? undefined : JSON.stringify(payload)
    const sent = request(
      new URL(path, url),
      {
        method,
        agent,
        headers: {
          ...headers,
          ...(body ? { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) } : {}),
        },
      },
      (reply: IncomingMessage) => {
        const chunks: Buffer[] = []
        reply.on('data', (chunk: Buffer) => chunks.push(chunk))
        reply.on('end', () =>
          resolve({ status: reply.statusCode!, body: Buffer.concat(chunks).toString(), cookie: cookiesOf(reply) }),
        )
        reply.on('error', () => resolve('aborted'))
      },
    )
    sent.on('error', (error) => (abortAfterMs === undefined ? reject(error) : resolve('aborted')))
    sent.end(body)
    if (abortAfterMs !== undefined) setTimeout(() => sent.destroy(), abortAfterMs)
  })
}

/** As a browser sends them back. */
const cookiesOf = ({ headers }: IncomingMessage) =>
  (headers['set-cookie'] ?? []).map((cookie) => cookie.split(';', 1)[0]).join('; ')

test('[P5] 10,000 mixed requests of ten tenants over five connections, some cut off: nobody sees a foreign row', async () => {
  const seed = 20_261_121
  const random = randomOf(seed)
  const tenants: (Tenant & { key: Headers })[] = await Promise.all(
    Array.from({ length: tenantsCount }, async (_, index) => {
      const { tenantId } = await app.tenant()
      return { mark: `only-tenant-${index}-`, key: await app.key({ tenantId }), tenantId, made: 0 }
    }),
  )
  for (const { mark, key } of tenants) {
    const made = await ask('POST', '/api/v1/streams', key, { id: `${mark}first`, name: `${mark}first` })
    assert.ok(made !== 'aborted' && made.status === 201)
  }
  const askers: Asker[] = []
  for (const [index, tenant] of tenants.entries()) {
    const other = tenants[(index + 1) % tenantsCount]!
    const person = await app.person({ tenantId: tenant.tenantId })
    const { id, email, password, headers } = await app.person({ tenantId: tenant.tenantId })
    await app.composed.database.platformTx('test', (tx) =>
      app.composed.tenants.addMember(tx, { tenantId: other.tenantId, personId: id, role: 'owner', source: 'command' }),
    )
    askers.push(
      { place: { tenant, headers: tenant.key } },
      { place: { tenant, headers: person.headers } },
      { place: { tenant, headers }, wanderer: { email, password, homes: [tenant, other], moving: false } },
    )
  }
  const marks = /only-tenant-\d+-/g
  const seen = { answered: 0, aborted: 0, moved: 0, late: 0, own: 0, foreign: 0 }
  let left = requests

  async function lane() {
    while (left-- > 0) {
      const asker = askers[Math.floor(random() * askers.length)]!
      const abortAfterMs = random() < abortShare ? random() * 8 : undefined
      if (asker.wanderer && !asker.wanderer.moving && random() < 0.1) {
        await move(asker, asker.wanderer, abortAfterMs)
        continue
      }
      const { place } = asker
      const { mark, tenantId } = place.tenant
      const [method, path, payload] = choose(random(), place.tenant)
      const answer = await ask(method, path, place.headers, payload, abortAfterMs)
      if (answer === 'aborted') {
        seen.aborted++
        continue
      }
      // Cookies of a tenant that the wanderer has left meanwhile, or is leaving.
      if (answer.status === 401 && (asker.wanderer?.moving || asker.place !== place)) {
        seen.late++
        continue
      }
      seen.answered++
      assert.ok(answer.status < 500, `${method} ${path}: ${answer.status} ${answer.body}`)
      // What was asked for by another's name is not there; the answer may repeat the name, and nothing else.
      const others = path.startsWith('/api/v1/streams/') && !path.startsWith(`/api/v1/streams/${mark}`)
      if (others) assert.equal(answer.status, 404, `${path}, seed ${seed}`)
      for (const [found] of others ? [] : answer.body.matchAll(marks)) {
        if (found === mark) seen.own++
        else seen.foreign++
      }
      if (path === '/api/v1/session') assert.equal(JSON.parse(answer.body).tenant.id, tenantId, `seed ${seed}`)
    }
  }

  /** To the other tenant; where that was cut off nobody knows whether it was done, so the wanderer signs in anew. */
  async function move(asker: Asker, wanderer: Wanderer, abortAfterMs?: number) {
    wanderer.moving = true
    const to = wanderer.homes.find((home) => home !== asker.place.tenant)!
    let answer = await ask('POST', '/auth/tenant', asker.place.headers, { tenant_id: to.tenantId }, abortAfterMs)
    if (answer === 'aborted') {
      seen.aborted++
      const headers = await signIn(app.http, wanderer.email, wanderer.password)
      answer = await ask('POST', '/auth/tenant', headers, { tenant_id: to.tenantId })
    }
    assert.ok(answer !== 'aborted' && answer.status === 200, JSON.stringify(answer))
    assert.equal(JSON.parse(answer.body).tenant.id, to.tenantId, `seed ${seed}`)
    asker.place = { tenant: to, headers: { 'sec-fetch-site': 'same-origin', cookie: answer.cookie } }
    wanderer.moving = false
    seen.moved++
  }

  /** Something to ask, as a tenant's people and programs do. */
  function choose(roll: number, tenant: Tenant): [string, string, object?] {
    const { mark } = tenant
    if (roll < 0.25) return ['GET', '/api/v1/streams']
    if (roll < 0.4) return ['GET', `/api/v1/streams/${mark}first`]
    if (roll < 0.5) return ['GET', `/api/v1/streams/only-tenant-${Math.floor(random() * tenantsCount)}-first`]
    if (roll < 0.6) return ['GET', '/api/v1/session']
    if (roll < 0.7) return ['PATCH', `/api/v1/streams/${mark}first`, { name: `${mark}${Math.floor(random() * 1000)}` }]
    if (roll < 0.75) return ['POST', '/api/v1/streams', { id: `${mark}${++tenant.made % 20}`, name: `${mark}made` }]
    if (roll < 0.8) return ['PUT', '/api/v1/settings/delivery.rework_labels', { value: [`${mark}label`] }]
    if (roll < 0.88) return ['GET', '/api/v1/settings']
    if (roll < 0.94) return ['GET', '/api/v1/metrics/dora']
    return ['GET', '/api/v1/api-keys']
  }

  await Promise.all(Array.from({ length: lanes }, lane))
  assert.equal(seen.foreign, 0, `${seen.foreign} marks of other tenants, seed ${seed}`)
  assert.ok(seen.own > requests / 4, `the check means something: ${JSON.stringify(seen)}`)
  assert.ok(seen.moved > requests / 100, JSON.stringify(seen))
  assert.ok(seen.aborted > requests * abortShare * 0.3, JSON.stringify(seen))
  const [mixed] = await app.sql(
    `select count(*)::int as n from stream s where s.name like 'only-tenant-%' and s.tenant_id <> (select f.tenant_id from stream f where f.id = substring(s.name from '^only-tenant-\\d+-') || 'first')`,
  )
  assert.equal(mixed!.n, 0, 'every stream stands under the tenant whose mark it bears')
  console.log(
    `mixed tenants · requests ${requests}, answered ${seen.answered}, aborted ${seen.aborted}, moved ${seen.moved}, own marks ${seen.own}, foreign ${seen.foreign}`,
  )
})
