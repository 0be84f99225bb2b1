/**
 * Ten tenants at once over a pool of five connections, ten thousand requests of which some are cut off at a random moment: a tenant that
 * stuck to a connection, or a cache without the tenant in its key, would show one tenant's rows to another.
 */
import assert from 'node:assert/strict'
import { Agent, type IncomingMessage, request } from 'node:http'
import { after, test } from 'node:test'
import { testApp } from './support/app.ts'

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

type Asked = { status: number; body: string } | 'aborted'

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
        reply.on('end', () => resolve({ status: reply.statusCode!, body: Buffer.concat(chunks).toString() }))
        reply.on('error', () => resolve('aborted'))
      },
    )
    sent.on('error', (error) => (abortAfterMs === undefined ? reject(error) : resolve('aborted')))
    sent.end(body)
    if (abortAfterMs !== undefined) setTimeout(() => sent.destroy(), abortAfterMs)
  })
}

test('[P5] 10,000 mixed requests of ten tenants over five connections, some cut off: nobody sees a foreign row', async () => {
  const seed = 20_261_121
  const random = randomOf(seed)
  const tenants = await Promise.all(
    Array.from({ length: tenantsCount }, async (_, index) => {
      const { tenantId } = await app.tenant()
      return { mark: `only-tenant-${index}-`, headers: await app.key({ tenantId }), tenantId, made: 0 }
    }),
  )
  for (const { mark, headers } of tenants) {
    const made = await ask('POST', '/api/v1/streams', headers, { id: `${mark}first`, name: `${mark}first` })
    assert.ok(made !== 'aborted' && made.status === 201)
  }
  const marks = /only-tenant-\d+-/g
  const seen = { answered: 0, aborted: 0, own: 0, foreign: 0 }
  let left = requests

  async function lane() {
    while (left-- > 0) {
      const tenant = tenants[Math.floor(random() * tenantsCount)]!
      const { mark, headers } = tenant
      const [method, path, payload] = choose(random(), tenant)
      const abortAfterMs = random() < abortShare ? random() * 8 : undefined
      const answer = await ask(method, path, headers, payload, abortAfterMs)
      if (answer === 'aborted') {
        seen.aborted++
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
      if (path === '/api/v1/session') assert.equal(JSON.parse(answer.body).tenant.id, tenant.tenantId, `seed ${seed}`)
    }
  }

  /** Something to ask, as a tenant's people and programs do. */
  function choose(roll: number, tenant: { mark: string; made: number }): [string, string, object?] {
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
  assert.ok(seen.aborted > requests * abortShare * 0.3, JSON.stringify(seen))
  const [mixed] = await app.sql(
    `select count(*)::int as n from stream s where s.name like 'only-tenant-%' and s.tenant_id <> (select f.tenant_id from stream f where f.id = substring(s.name from '^only-tenant-\\d+-') || 'first')`,
  )
  assert.equal(mixed!.n, 0, 'every stream stands under the tenant whose mark it bears')
  console.log(
    `mixed tenants · requests ${requests}, answered ${seen.answered}, aborted ${seen.aborted}, own marks ${seen.own}, foreign ${seen.foreign}`,
  )
})
