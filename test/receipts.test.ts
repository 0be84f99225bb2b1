/** Numbers with receipts, through the product's own doors: told late, asked as of before, and explained. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { z } from 'zod'
import { sleep } from '#kernel/clock/index.ts'
import { changesReply, receiptReply } from '#modules/delivery/dora/receipts/schemas.ts'
import { rollUp } from '#modules/delivery/dora/roll-up.ts'
import { doraReply } from '#modules/delivery/dora/schemas.ts'
import { testApp } from './support/app.ts'

const app = await testApp()
const window = 'from=2026-03-02&to=2026-03-29'

type Caller = { authorization: string }
async function get(who: Caller, path: string) {
  const reply = await app.http.inject({ url: `/api/v1${path}`, headers: who })
  return { status: reply.statusCode, body: reply.json() }
}
async function read<S extends z.ZodType>(schema: S, who: Caller, path: string): Promise<z.output<S>> {
  const { status, body } = await get(who, path)
  assert.equal(status, 200, JSON.stringify(body))
  return schema.parse(body)
}
async function post(who: Caller, url: string, payload: object) {
  const reply = await app.http.inject({ method: 'POST', url: `/api/v1${url}`, headers: who, payload })
  assert.ok(reply.statusCode < 300, reply.body)
}
const receipt = (who: Caller, metric: string, more = '') =>
  read(receiptReply, who, `/metrics/dora/receipt?metric=${metric}&${window}${more}`)
const changes = (who: Caller, metric: string, since: string, more = '') =>
  read(changesReply, who, `/metrics/dora/changes?metric=${metric}&${window}&since=${since}${more}`)

const repository = 'acme/shop'
const dayOf = (n: number) => new Date(Date.UTC(2026, 2, 2 + n)).toISOString().slice(0, 10)
const deploy = (who: Caller, n: number, more: object = {}) =>
  post(who, '/deployments', {
    external_id: String(n),
    repository,
    environment: 'production',
    sha: n.toString(16).padStart(40, '0'),
    finished_at: `${dayOf(n)}T12:00:00Z`,
    ...more,
  })
const incident = (who: Caller, key: string, causedBy: number, more: object = {}) =>
  post(who, '/incidents', {
    external_id: key,
    title: `Incident ${key}`,
    repository,
    deployment_sha: causedBy.toString(16).padStart(40, '0'),
    started_at: `${dayOf(causedBy)}T13:00:00Z`,
    ...more,
  })

/** Twenty deployments, one a day, and two incidents that were told in time. */
async function shop() {
  const { tenantId } = await app.tenant()
  const who = await app.key({ tenantId })
  await post(who, '/streams', { id: 'shop', name: 'Shop', sources: [{ kind: 'repository', value: repository }] })
  for (let n = 0; n < 20; n++) await deploy(who, n)
  await incident(who, 'INC-1', 3, { resolved_at: `${dayOf(3)}T14:00:00Z` })
  await incident(who, 'INC-2', 4)
  await app.settle()
  return { tenantId, who }
}

test('[D16] 10 % then, 15 % now, because of two late incidents and one that was taken back by a person', async () => {
  const { who } = await shop()
  const then = await receipt(who, 'change_failure_rate')
  assert.deepEqual(
    [then.metric.value, then.inputs, then.facts.counted, then.facts.listed, then.next_cursor],
    [0.1, { kind: 'share', numerator: 2, denominator: 20 }, 2, 2, null],
  )
  assert.deepEqual(
    then.facts.rows.map(({ deployment, failures }) => [deployment.finished_at, failures.map((f) => f.incident?.key)]),
    [
      ['2026-03-06T12:00:00.000Z', ['INC-2']],
      ['2026-03-05T12:00:00.000Z', ['INC-1']],
    ],
  )
  assert.match(then.digest, /^sha256:[0-9a-f]{64}$/)

  await incident(who, 'INC-3', 7)
  await incident(who, 'INC-4', 8)
  const { body: incidents } = await get(who, `/incidents?${window}`)
  const taken = incidents.incidents.find(({ key }: { key: string }) => key === 'INC-1')
  const said = await app.http.inject({
    method: 'PUT',
    url: `/api/v1/incidents/${taken.id}/attribution`,
    headers: who,
    payload: { deployment_id: null, reason: 'the network of the data centre' },
  })
  assert.equal(said.statusCode, 200)
  await app.settle()

  const now = await receipt(who, 'change_failure_rate')
  assert.equal(now.metric.value, 0.15)
  assert.notEqual(now.digest, then.digest)
  // Asked as of then it is the same receipt, to the last fact.
  const again = await receipt(who, 'change_failure_rate', `&as_of=${then.as_of}`)
  assert.deepEqual(again, then)
  const overview = await read(doraReply, who, `/metrics/dora?${window}&as_of=${then.as_of}`)
  assert.equal(overview.metrics.find(({ name }) => name === 'change_failure_rate')!.value, 0.1)
  assert.equal(overview.known_at, then.as_of)
  assert.deepEqual(
    [overview.traceability.value, overview.traceability.n, overview.traceability.changes_unknown],
    [0, 20, 20],
  )

  const why = await changes(who, 'change_failure_rate', then.as_of)
  assert.deepEqual([why.before.value, why.now.value, why.more_facts], [0.1, 0.15, false])
  assert.deepEqual(
    why.days.map(({ day, before, now: later }) => [day, before.failed, later.failed]),
    [
      [dayOf(3), 1, 0],
      [dayOf(7), 0, 1],
      [dayOf(8), 0, 1],
    ],
  )
  assert.deepEqual(
    why.facts
      .map(({ kind, day, failure, override }) => [day, kind, failure?.incident?.key, override?.reason])
      .sort((a, b) => (String(a) < String(b) ? -1 : 1)),
    [
      [dayOf(3), 'failure_withdrawn', 'INC-1', 'the network of the data centre'],
      [dayOf(7), 'failure_found', 'INC-3', undefined],
      [dayOf(8), 'failure_found', 'INC-4', undefined],
    ],
  )
  const nothing = await changes(who, 'deployment_frequency', then.as_of)
  assert.deepEqual([nothing.before, nothing.days, nothing.facts], [nothing.now, [], []])
})

test('[D16] a late deployment, a recovery and a repair are told as what they are', async () => {
  const { who } = await shop()
  const then = await receipt(who, 'failed_deployment_recovery_time')
  assert.deepEqual(then.inputs, { kind: 'percentile', percent: 50, n: 1, rank: 1, before: [], at: 7200, after: [] })
  assert.deepEqual(
    then.facts.rows.map(({ value }) => value),
    [null, 7200],
  )
  // An incident that was open is over, a deployment comes late, and another repaired.
  await incident(who, 'INC-2', 4, { resolved_at: `${dayOf(4)}T15:00:00Z` })
  await deploy(who, 5, { external_id: 'late', ref: 'hotfix/now', finished_at: `${dayOf(5)}T18:00:00Z` })
  await app.settle()
  const kinds = async (metric: string) =>
    (await changes(who, metric, then.as_of)).facts.map(({ kind, day }) => `${kind} ${day}`).sort()
  assert.deepEqual(await kinds('failed_deployment_recovery_time'), [`failure_changed ${dayOf(4)}`])
  assert.deepEqual(await kinds('deployment_frequency'), [`deployment_recorded ${dayOf(5)}`])
  const recovery = await changes(who, 'failed_deployment_recovery_time', then.as_of)
  assert.deepEqual(
    [recovery.facts[0]!.recovered_at_before, recovery.facts[0]!.failure!.recovered_at],
    [null, `${dayOf(4)}T15:00:00.000Z`],
  )
  // The receipt of then has what was known then, and none has an older version of a failure beside the newer.
  assert.deepEqual(await receipt(who, 'failed_deployment_recovery_time', `&as_of=${then.as_of}`), then)
  const now = await receipt(who, 'failed_deployment_recovery_time')
  assert.deepEqual(
    now.facts.rows.map(({ value, failures }) => [value, failures.map((one) => one.incident?.key)]),
    [
      [10_800, ['INC-2']],
      [7200, ['INC-1']],
    ],
  )
  const shipped = await receipt(who, 'deployment_frequency', `&as_of=${then.as_of}`)
  assert.deepEqual([shipped.facts.counted, shipped.facts.listed, shipped.facts.rows.length], [20, 20, 20])
})

test('[D16] a failure that was found and recovered since is told as found, and a change that was found since is not of then', async () => {
  const { who, tenantId } = await shop()
  const then = await receipt(who, 'change_failure_rate')
  await incident(who, 'INC-9', 9)
  await app.settle()
  await incident(who, 'INC-9', 9, { resolved_at: `${dayOf(9)}T16:00:00Z` })
  await app.settle()
  const why = await changes(who, 'change_failure_rate', then.as_of)
  assert.deepEqual(
    why.facts.map(({ kind, failure, recovered_at_before }) => [kind, failure?.incident?.key, recovered_at_before]),
    [['failure_found', 'INC-9', null]],
  )
  await app.sql(
    `insert into changes (tenant_id, repository, sha, deployment_id, committed_at, clock, lead_seconds, origin)
    select tenant_id, repository, sha, id, finished_at - interval '1 hour', 'committed', 3600, 'derived'
    from deployment_records where tenant_id = $1 and finished_at::date = $2::date`,
    [tenantId, dayOf(2)],
  )
  const listed = async (more = '') => {
    const { facts } = await receipt(who, 'change_lead_time', more)
    return [facts.listed, facts.rows.map(({ value }) => value)]
  }
  assert.deepEqual(await listed(), [1, [3600]])
  assert.deepEqual(await listed(`&as_of=${then.as_of}`), [0, []])
})

test('[D16] what finished or came to be rework after a time is not among the facts of then', async () => {
  const { who, tenantId } = await shop()
  const sha = 'f'.repeat(40)
  const begun = { external_id: 'slow', repository, environment: 'production', sha }
  await post(who, '/deployments', { ...begun, status: 'started' })
  await app.settle()
  const facts = async (metric: string, as: string, more = '') => {
    const to = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10)
    const path = `/metrics/dora/receipt?metric=${metric}&from=2026-03-02&to=${to}&limit=100${as}${more}`
    const reply = await read(receiptReply, who, path)
    return { ...reply, reasons: reply.facts.rows.map((row) => row.rework_reason).filter((reason) => reason !== null) }
  }
  const then = await facts('deployment_frequency', '')
  await post(who, '/deployments', { ...begun, status: 'finished' })
  await app.settle()
  await app.sql(
    `update deployment_records set rework_reason = 'label', derived_at = app.now()
    where tenant_id = $1 and finished_at::date = $2::date`,
    [tenantId, dayOf(7)],
  )
  const known = async (as: string) => {
    const frequency = await facts('deployment_frequency', as)
    const rework = await facts('deployment_rework_rate', as)
    const whole = await facts('deployment_rework_rate', as, '&part=denominator')
    return [frequency.facts.listed, rework.facts.listed, rework.reasons, whole.facts.listed, whole.reasons]
  }
  assert.deepEqual(await known(`&as_of=${then.as_of}`), [20, 0, [], 20, []])
  assert.deepEqual(await known(''), [21, 1, ['label'], 21, ['label']])
})

test('[D16] the facts behind a number come page by page, and all of them', async () => {
  const { who } = await shop()
  const seen: string[] = []
  let cursor = ''
  const first = await receipt(who, 'deployment_frequency')
  assert.equal(first.inputs.kind, 'weeks')
  do {
    const page = await receipt(who, 'deployment_frequency', `&as_of=${first.as_of}&limit=7${cursor}`)
    seen.push(...page.facts.rows.map(({ deployment }) => deployment.finished_at))
    cursor = page.next_cursor === null ? '' : `&cursor=${page.next_cursor}`
  } while (cursor !== '')
  assert.deepEqual(seen, [...new Set(seen)].sort().reverse())
  assert.equal(seen.length, 20)
  assert.deepEqual([first.facts.counted, first.facts.listed], [20, 20])
  const all = await receipt(who, 'change_failure_rate', '&part=denominator&stream=shop')
  assert.deepEqual([all.facts.counted, all.facts.listed, all.facts.rows.length], [20, 20, 20])
})

test('[D16] days whose facts are purged keep the number, and the receipt says how many are sealed', async () => {
  const { who, tenantId } = await shop()
  const before = await receipt(who, 'change_failure_rate')
  await app.sql(`update dora_daily set sealed = true where tenant_id = $1 and day <= $2`, [tenantId, dayOf(3)])
  await app.sql(`delete from deployment_records where tenant_id = $1 and finished_at < $2::date + 1`, [
    tenantId,
    dayOf(3),
  ])
  const after = await receipt(who, 'change_failure_rate', '&part=denominator')
  assert.deepEqual([after.metric, after.digest], [before.metric, before.digest])
  assert.deepEqual([after.facts.counted, after.facts.listed, after.facts.on_sealed_days], [20, 16, 4])
})

test('[D16] a time of which nothing is known is refused by name; who may not see the facts gets no receipt', async () => {
  const { who, tenantId } = await shop()
  const { as_of_from: from } = await receipt(who, 'change_failure_rate')
  const faults: [string, string][] = [
    [`/metrics/dora?as_of=${new Date(Date.parse(from) - 1000).toISOString()}`, 'query/as_of'],
    ['/metrics/dora?as_of=2999-01-01T00:00:00Z', 'query/as_of'],
    ['/metrics/dora?as_of=0000-01-01T00:00:00Z', 'query/as_of'],
    ['/metrics/dora?as_of=yesterday', 'query/as_of'],
    ['/metrics/dora/receipt?metric=change_failure_rate&cursor=x', 'query/cursor'],
    ['/metrics/dora/receipt?metric=velocity', 'query/metric'],
    ['/metrics/dora/changes?metric=change_failure_rate&since=2020-01-01T00:00:00Z', 'query/since'],
  ]
  for (const [path, pointer] of faults) {
    const { status, body } = await get(who, path)
    assert.deepEqual([status, body.errors?.map((fault: { pointer: string }) => fault.pointer)], [422, [pointer]], path)
  }
  const paths = [
    '/metrics/dora/receipt?metric=change_failure_rate',
    `/metrics/dora/changes?metric=change_failure_rate&since=${from}`,
  ]
  const metrics = await app.key({ tenantId, scopes: ['metrics:read'] })
  const narrow = await app.key({ tenantId, streams: ['shop'] })
  const other = await app.key({ tenantId: (await app.tenant()).tenantId })
  for (const path of paths) {
    assert.equal((await get(metrics, path)).status, 403)
    assert.equal((await get(narrow, path)).status, 403)
    assert.equal((await get(narrow, `${path}&stream=shop`)).status, 200)
    assert.equal((await get(other, `${path.replace(from, new Date().toISOString())}&stream=shop`)).status, 404)
  }
})

test('[D16] a purge of the history moves the earliest time that can be asked, and nothing younger', async () => {
  const { who, tenantId } = await shop()
  const then = await receipt(who, 'change_failure_rate')
  await incident(who, 'INC-3', 7)
  await app.settle()
  // Three hundred days go by; the setting keeps the default.
  await app.sql(
    `update dora_daily_past set computed_at = computed_at - interval '300 days', replaced_at = replaced_at - interval '300 days' where tenant_id = $1`,
    [tenantId],
  )
  // The stream's versions are a minute older than those of everything.
  await app.sql(
    `update dora_daily_past set computed_at = computed_at - interval '1 minute', replaced_at = replaced_at - interval '1 minute'
    where tenant_id = $1 and stream_id = 'shop'`,
    [tenantId],
  )
  const [young] = await app.sql('select max(replaced_at) as at from dora_daily_past where tenant_id = $1', [tenantId])
  await app.sql(`update tenant set created_at = created_at - interval '400 days' where id = $1`, [tenantId])
  const enforce = app.composed.schedules.find(({ name }) => name === 'scheduler:enforce-data-retention')!
  await enforce.run()
  assert.deepEqual(await app.sql('select count(*)::int as n from dora_daily_past where tenant_id = $1', [tenantId]), [
    { n: 0 },
  ])
  const { as_of_from: from } = await receipt(who, 'change_failure_rate')
  const late = Date.parse(from) - (young!.at as Date).getTime()
  assert.ok(late >= 0 && late <= 1000, `kept from the end of the youngest that went, ${late} ms`)
  assert.ok(then.as_of > from)
})

test('[D16] a receipt waits for a roll-up that is under way, so its number is the same ever after', async () => {
  const { who, tenantId } = await shop()
  await app.sql(
    `update deployment_records set rework_reason = 'hotfix' where tenant_id = $1 and finished_at::date = $2::date`,
    [tenantId, dayOf(7)],
  )
  let asked: Promise<z.output<typeof receiptReply>> | undefined
  await app.database.tenantTx({ tenantId }, async (tx) => {
    assert.equal(await rollUp(tx, [{ stream: 'all', day: dayOf(7) }]), 1)
    asked = receipt(who, 'deployment_rework_rate')
    assert.equal(await Promise.race([asked.then(() => 'answered'), sleep(300).then(() => 'waits')]), 'waits')
  })
  const first = await asked!
  assert.equal(first.metric.value, 1 / 20)
  assert.deepEqual(await receipt(who, 'deployment_rework_rate', `&as_of=${first.as_of}`), first)
})
