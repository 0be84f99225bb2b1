import { deepEqual, match, ok } from 'node:assert/strict'
import { test } from 'node:test'
import type { Context } from '#kernel/context/index.ts'
import { clocks, random, randomDerived, randomHistory, scopes, shuffled } from './dora-history.ts'
import { type Derived, derive, figures } from './dora-oracle.ts'
import {
  asked,
  database,
  dora,
  insert,
  insertLinks,
  insertStreams,
  materialize,
  rawFacts,
  sameFigures,
  sql,
  tell,
  tenant,
  windows,
} from './product.ts'

for (const seed of [1, 2, 3, 4, 5, 6])
  test(`[D3][D5] raw facts in any order come to the figures of a plain recomputation, history ${seed}`, async () => {
    const history = randomHistory(seed)
    const ctx = await tenant(history.timeZone)
    await insertStreams(ctx, history.streams)
    await insertLinks(ctx, history.byTicket)
    const dice = random(seed + 1000)
    const rest = shuffled(rawFacts(history), dice)
    while (rest.length > 0) {
      const batch = rest.splice(0, 1 + dice.below(80))
      await tell(ctx, batch)
    }
    const expected = derive(history)
    ok(expected.changes.length > 20 && expected.failures.length > 5, 'the history has something to measure')
    const start = clocks.find(({ timeZone }) => timeZone === history.timeZone)!.start
    for (const stream of scopes)
      for (const [from, to] of windows(start, seed)) {
        const now = new Date()
        sameFigures(
          await asked(ctx, stream, from, to),
          figures(expected, stream, from, to, now),
          `${stream} ${from} ${to}`,
        )
      }
    match(String(await materialize!.run()), / 0 roll-ups differed/)
  })

/** Writes deployments, with all that hangs on them, and incidents as derived rows; `drop` takes them out again. */
async function put(ctx: Context, derived: Derived, keys: ReadonlySet<string>): Promise<void> {
  const incidents = derived.incidents.filter(({ key }) => keys.has(key))
  await insert(
    'incidents',
    ctx,
    incidents.map((i) => ({
      source: 'api',
      incident_key: i.key,
      title: i.key,
      repository: i.repository,
      service: i.service,
      project_key: i.project,
      started_at: i.startedAt,
      resolved_at: i.resolvedAt,
      withdrawn: false,
      evidence: {},
    })),
  )
  const deployments = derived.deployments.filter(({ key }) => keys.has(key))
  await insert(
    'deployment_records',
    ctx,
    deployments.map((d) => ({
      source: 'api',
      external_id: d.key,
      repository: d.repository,
      service: d.service,
      environment: 'production',
      status: 'success',
      finished_at: d.finishedAt,
      counted: true,
      rework_reason: d.rework ? 'hotfix' : null,
      recorded_at: new Date(),
      ticket_links: [],
    })),
  )
  const rows = await sql('select id, external_id from deployment_records where tenant_id = $1', [ctx.tenantId])
  const ids = new Map(rows.map(({ id, external_id }) => [String(external_id), Number(id)]))
  await insert(
    'changes',
    ctx,
    derived.changes.flatMap((c, n) =>
      keys.has(c.deployment)
        ? {
            repository: c.repository,
            sha: `sha-${n}`,
            deployment_id: ids.get(c.deployment),
            committed_at: new Date(0),
            clock: 'committed',
            pr_number: c.pull,
            lead_seconds: c.lead,
            coding_seconds: c.coding,
            pickup_seconds: c.pickup,
            review_seconds: c.review,
            deploy_seconds: c.deploy,
            ticketed: c.ticketed,
            origin: 'derived',
          }
        : [],
    ),
  )
  await insert(
    'deployment_failures',
    ctx,
    derived.failures.flatMap((f, n) =>
      keys.has(f.deployment)
        ? {
            deployment_id: ids.get(f.deployment),
            cause: 'rollback',
            cause_key: String(n),
            recovered_at: f.recoveredAt,
            method: 'x',
            confidence: 1,
            evidence: {},
          }
        : [],
    ),
  )
}

async function drop(ctx: Context, keys: Iterable<string>) {
  const of = [ctx.tenantId, [...keys]]
  await sql('delete from incidents where tenant_id = $1 and incident_key = any ($2)', of)
  await sql('delete from deployment_records where tenant_id = $1 and external_id = any ($2)', of)
}

for (const seed of [11, 12, 13, 14])
  test(`[D5] roll-ups equal a recomputation whatever comes, goes and comes back, history ${seed}`, async () => {
    const { start, ...derived } = randomDerived(seed)
    const ctx = await tenant(derived.timeZone)
    const dice = random(seed + 1000)
    await insertStreams(ctx, derived.streams)
    await insertLinks(ctx, derived.byTicket)
    const dayOf = new Intl.DateTimeFormat('en-CA', { timeZone: derived.timeZone, dateStyle: 'short' })
    const keys = [...derived.deployments, ...derived.incidents].map(({ key }) => key)
    const at = new Map<string, Date>([
      ...derived.deployments.map(({ key, finishedAt }) => [key, finishedAt] as const),
      ...derived.incidents.map(({ key, startedAt }) => [key, startedAt] as const),
    ])
    const present = new Set<string>()
    for (let step = 0; step < 12; step++) {
      const touched = new Set(Array.from({ length: 1 + dice.below(20) }, () => dice.pick(keys)))
      const gone = touched.intersection(present)
      const came = touched.difference(present)
      await drop(ctx, gone)
      await put(ctx, derived, came)
      for (const key of gone) present.delete(key)
      for (const key of came) present.add(key)
      const days = new Set([...touched].map((key) => dayOf.format(at.get(key))))
      const pairs = [...days].flatMap((day) => scopes.map((stream) => ({ stream, day })))
      await database.tenantTx(ctx, (tx) => dora.port.rollUp(tx, shuffled(pairs, dice)))
      if (step % 3 !== 2) continue
      const now: Derived = {
        ...derived,
        deployments: derived.deployments.filter(({ key }) => present.has(key)),
        incidents: derived.incidents.filter(({ key }) => present.has(key)),
      }
      for (const stream of scopes)
        for (const [from, to] of windows(start, seed + step))
          sameFigures(
            await asked(ctx, stream, from, to),
            figures(now, stream, from, to, new Date()),
            `${stream} ${from} ${to}`,
          )
    }
    match(String(await materialize!.run()), / 0 roll-ups differed/)
    await drop(ctx, present)
    match(String(await materialize!.run()), / [1-9]\d* roll-ups differed/)
    deepEqual(await sql('select day from dora_daily where tenant_id = $1', [ctx.tenantId]), [])
  })
