import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Context } from '#kernel/context/index.ts'
import { makeEventLog } from '#kernel/events/index.ts'
import { testDatabase } from '#test/support/database.ts'
import { type GitImport, importGit } from './index.ts'
import { fastImport, type TestRepository, testRepository } from './test-repository.ts'

const db = await testDatabase()
const run = (ctx: Context, repository: TestRepository, more: Partial<GitImport> = {}) =>
  importGit({ database: db.database, eventLog: makeEventLog() }, ctx, {
    path: repository.path,
    repository: 'acme/shop',
    deploys: 'tags',
    progress: () => undefined,
    ...more,
  })

/** Changes of each deployment in the order of deployment, as stored. */
const changesOf = async (ctx: Context) => {
  const rows = await db.sql(
    `select split_part(d.external_id, '@', 2) as name, d.sha, extract(epoch from d.finished_at)::bigint as at,
       coalesce(array_agg(c.sha order by c.sha) filter (where c.sha is not null), '{}') as shas
     from deployment_records d left join changes c on c.tenant_id = d.tenant_id and c.deployment_id = d.id
     where d.tenant_id = $1 group by d.tenant_id, d.id order by d.finished_at, d.external_id`,
    [ctx.tenantId],
  )
  return rows as { name: string; sha: string; at: string; shas: string[] }[]
}
const leads = async (ctx: Context) => {
  const rows = await db.sql('select sha, lead_seconds from changes where tenant_id = $1', [ctx.tenantId])
  return new Map(rows.map((row) => [row.sha as string, row.lead_seconds as number]))
}
/** Everything an import writes that is not a trail of its running, for comparing two states. */
const everything = async (ctx: Context) => {
  const tables = {
    commits: 'repository, sha, parents, committed_at, reverts, pr_number, ticket_keys',
    deployment_records:
      'source, external_id, repository, service, environment, sha, ref, status, created_at, finished_at',
    'changes c join deployment_records d on d.tenant_id = c.tenant_id and d.id = c.deployment_id':
      'c.repository, c.sha, d.external_id, c.committed_at, c.clock, c.pr_number, c.lead_seconds, c.ticketed, c.origin',
    stream: 'id, kind, name',
    stream_source: 'stream_id, kind, value',
  }
  const state: Record<string, unknown> = {}
  for (const [table, columns] of Object.entries(tables)) {
    const tenant = table.includes(' ') ? 'c.tenant_id' : 'tenant_id'
    state[table] = await db.sql(`select ${columns} from ${table} where ${tenant} = $1 order by 1, 2`, [ctx.tenantId])
  }
  return state
}

/** Two release lines, all kinds of tags, merges, a revert, hotfixes, a commit after its own tag. */
function shop() {
  const repository = testRepository()
  const { commit, tag } = repository
  const root = commit(1000)
  const a = commit(2000, [root])
  tag('v1.0.0', a, 2500)
  const b = commit(3000, [a], 'Add the basket (#12)\n\nSHOP-7, as agreed in UTF-8')
  const side = commit(3100, [a], 'Side work')
  const merge = commit(3200, [b, side], 'Merge pull request #13 from acme/side')
  const late = commit(3900, [merge], 'Clock of the committer runs ahead')
  tag('v1.1.0', late, 3500)
  const x = commit(4000, [late], 'In 2.0 first, in the older line later')
  const c = commit(5000, [x], `Revert "Add the basket (#12)" (#14)\n\nThis reverts commit ${b}.`)
  tag('v2.0.0', c)
  tag('2.0.1', c, 5600)
  const fix = commit(6000, [x], 'Mend the line before')
  tag('v1.1.1-hotfix.1', fix, 6100)
  const d = commit(7000, [c], 'Work after 2.0')
  const both = commit(7100, [d, fix], "Merge branch 'v1'")
  repository.git(['tag', '-a', '-m', 'inner', 'inner', both], '', { GIT_COMMITTER_DATE: '@7200 +0000' })
  repository.git(['tag', '-a', '-m', 'outer', 'v2.1.0', 'inner'], '', { GIT_COMMITTER_DATE: '@7900 +0000' })
  tag('v3.0.0-rc.1', both, 8000)
  tag('v9.0.0', repository.git(['rev-parse', `${root}^{tree}`]))
  const open = commit(9000, [both], 'Not released yet')
  repository.main(open)
  return { ...repository, a, b, side, merge, late, x, c, fix, d, both, open, root }
}

test('[R3] each commit is a change of the first release by time that contains it; git counts the same', async () => {
  const ctx = await db.tenant()
  const shopRepository = shop()
  const summary = await run(ctx, shopRepository)
  const found = await changesOf(ctx)
  assert.deepEqual(
    found.map(({ name, at }) => [name, Number(at)]),
    [
      ['v1.0.0', 2500],
      ['v1.1.0', 3500],
      ['v2.0.0', 5000],
      ['2.0.1', 5600],
      ['v1.1.1-hotfix.1', 6100],
      ['v2.1.0', 7900],
    ],
  )
  const { a, b, side, late, x, c, fix, d, both } = shopRepository
  assert.deepEqual(
    found.map(({ shas }) => shas),
    [[], [b, side, late].sort(), [x, c].sort(), [], [fix], [d]],
  )
  const order = [a, late, c, c, fix, both]
  assert.deepEqual(
    found.map(({ sha }) => sha),
    order,
  )
  found.slice(1).forEach(({ name, shas }, at) => {
    assert.equal(shas.length, shopRepository.count(name, order.slice(0, at + 1)), name)
  })
  assert.equal((await leads(ctx)).get(b), 500)
  assert.equal((await leads(ctx)).get(late), -400, 'kept with its sign, for the roll-ups to count')
  const { durationMs, ...said } = summary
  assert.ok(durationMs >= 0)
  assert.deepEqual(said, {
    repository: 'acme/shop',
    stream: said.stream,
    releases: 6,
    baseline: 'v1.0.0',
    baselineCommits: 2,
    hotfixes: 1,
    changes: 6,
    negativeDropped: 1,
    mergesSkipped: 2,
    reverts: 1,
    commitsRead: 12,
    commitsNotReleased: 1,
    from: '1970-01-01',
    to: '1970-01-01',
    written: { commits: 12, deployments: 6, changes: 7 },
    withdrawn: { deployments: 0, changes: 0 },
  })
})

test('[R3] commits keep parents, what they revert, their pull request and tickets', async () => {
  const ctx = await db.tenant()
  const { b, c, a, x, merge, side } = await shopImported(ctx)
  const rows = await db.sql(
    'select sha, parents, reverts, pr_number, ticket_keys, committed_at from commits where tenant_id = $1',
    [ctx.tenantId],
  )
  const of = (sha: string) => {
    const { sha: _, ...row } = rows.find((one) => one.sha === sha)!
    return row
  }
  const none = { reverts: null, pr_number: null, ticket_keys: [] }
  assert.deepEqual(of(b), {
    ...none,
    parents: [a],
    pr_number: 12,
    ticket_keys: ['SHOP-7'],
    committed_at: new Date(3_000_000),
  })
  assert.deepEqual(of(c), { ...none, parents: [x], reverts: b, pr_number: 14, committed_at: new Date(5_000_000) })
  assert.deepEqual(of(merge), { ...none, parents: [b, side].sort(), pr_number: 13, committed_at: new Date(3_200_000) })
  const [change] = await db.sql('select * from changes where tenant_id = $1 and sha = $2', [ctx.tenantId, b])
  assert.deepEqual([change!.ticketed, change!.origin, change!.clock, change!.pr_number], [true, 'git', 'committed', 12])
  const [deployment] = await db.sql(
    "select * from deployment_records where tenant_id = $1 and external_id = 'acme/shop@v1.1.0'",
    [ctx.tenantId],
  )
  assert.deepEqual(
    [deployment!.source, deployment!.environment, deployment!.status, deployment!.ref, deployment!.service],
    ['git', 'production', 'success', 'refs/tags/v1.1.0', 'acme/shop'],
  )
})

const shopImported = async (ctx: Context) => {
  const repository = shop()
  await run(ctx, repository)
  return repository
}

test('[R3] releases of the same second follow their versions', async () => {
  const ctx = await db.tenant()
  const repository = testRepository()
  const first = repository.commit(1)
  const second = repository.commit(2, [first])
  const third = repository.commit(3, [second])
  repository.tag('v0.1.0', first, 5)
  repository.tag('v1.10.0', third, 10)
  repository.tag('v1.9.0', second, 10)
  await run(ctx, repository)
  const shas = Object.fromEntries((await changesOf(ctx)).map((row) => [row.name, row.shas]))
  assert.deepEqual(shas, { 'v0.1.0': [], 'v1.9.0': [second], 'v1.10.0': [third] })
})

test('[R3] --deploys merges: merges on the first-parent line are deployments, the first one the baseline', async () => {
  const ctx = await db.tenant()
  const repository = testRepository()
  const { commit } = repository
  const root = commit(100)
  const first = commit(300, [root, commit(200, [root])])
  const inner1 = commit(400, [first])
  const inner2 = commit(500, [first])
  const innerMerge = commit(600, [inner1, inner2])
  const direct = commit(650, [first])
  const second = commit(700, [direct, innerMerge])
  const tail = commit(800, [second])
  repository.main(tail)
  const summary = await run(ctx, repository, { deploys: 'merges' })
  const found = await changesOf(ctx)
  assert.deepEqual(found, [
    { name: first, sha: first, at: '300', shas: [] },
    { name: second, sha: second, at: '700', shas: [inner1, inner2, direct].sort() },
  ])
  assert.equal(found[1]!.shas.length, repository.count(second, [first]))
  assert.deepEqual([summary.releases, summary.changes, summary.mergesSkipped, summary.commitsNotReleased], [2, 3, 2, 1])
})

test('[R3] a second run adds nothing, one after new tags only what is new, and moved or removed tags are followed', async () => {
  const ctx = await db.tenant()
  const repository = await shopImported(ctx)
  const before = await everything(ctx)
  const again = await run(ctx, repository)
  assert.deepEqual(again.written, { commits: 0, deployments: 0, changes: 0 })
  assert.deepEqual(await everything(ctx), before)

  repository.tag('v2.2.0', repository.open, 9500)
  assert.deepEqual((await run(ctx, repository)).written, { commits: 0, deployments: 1, changes: 1 })

  repository.git(['tag', '-d', 'v1.0.0', 'v2.2.0'])
  const later = await run(ctx, repository)
  assert.equal(later.baseline, 'v1.1.0')
  assert.deepEqual(later.withdrawn.deployments, 2)
  const fresh = await db.tenant()
  await run(fresh, repository)
  assert.deepEqual(await everything(ctx), await everything(fresh), 'as if it had been imported for the first time')

  const merges = await run(ctx, repository, { deploys: 'merges' })
  assert.deepEqual(
    (await changesOf(ctx)).map((row) => row.name),
    [repository.merge, repository.both],
  )
  assert.equal(merges.withdrawn.deployments, 5, 'one repository is never counted in two ways')
})

test('[R3] a run killed at any point is completed by the next to what one run would have left', async () => {
  const repository = testRepository()
  fastImport(repository, 4800, 60)
  const whole = await db.tenant()
  const clean = await run(whole, repository, { stream: 'shop' })
  assert.equal(clean.releases, 80)
  const wanted = await everything(whole)
  const ctx = await db.tenant()
  const phases = new Set<string>()
  for (let stopAt = 1; ; stopAt += 2) {
    let calls = 0
    const progress: GitImport['progress'] = ({ phase }) => {
      phases.add(phase)
      if (++calls === stopAt) throw new Error('killed')
    }
    const outcome = await run(ctx, repository, { stream: 'shop', progress }).catch((error: Error) => error.message)
    if (outcome !== 'killed') break
  }
  assert.deepEqual([...phases], ['reading commits', 'writing commits', 'writing deployments', 'writing changes'])
  assert.deepEqual(await everything(ctx), wanted)
})

test('[R3] progress counts up to its total in every phase', async () => {
  const last = new Map<string, { done: number; total: number }>()
  const repository = testRepository()
  fastImport(repository, 5000, 100)
  await run(await db.tenant(), repository, {
    progress: ({ phase, done, total }) => {
      assert.ok(done <= total && done >= (last.get(phase)?.done ?? 0), `${phase} ${done}/${total}`)
      last.set(phase, { done, total })
    },
  })
  for (const [phase, { done, total }] of last) assert.equal(done, total, phase)
  assert.equal(last.size, 4)
})

test('[R3] the derivation is asked for once everything is written, and the import is audited', async () => {
  const ctx = await db.tenant()
  await shopImported(ctx)
  const events = await db.sql('select name, payload from domain_event where tenant_id = $1', [ctx.tenantId])
  assert.deepEqual(events, [
    { name: 'delivery.facts-recorded', payload: { repositories: ['acme/shop'], incidents: [] } },
  ])
  const audited = await db.sql('select action, actor_name from audit_events where tenant_id = $1 order by id', [
    ctx.tenantId,
  ])
  assert.deepEqual(audited, [
    { action: 'delivery.stream-created', actor_name: 'test' },
    { action: 'delivery.git-imported', actor_name: 'test' },
  ])
})

test('[T1] another tenant sees nothing of an import', async () => {
  const [mine, other] = [await db.tenant(), await db.tenant()]
  const repository = await shopImported(mine)
  const before = await everything(mine)
  assert.deepEqual(Object.values(await everything(other)).flat(), [])
  await run(other, repository, { repository: 'acme/other', stream: 'other' })
  assert.deepEqual(await everything(mine), before)
})

test('[R3] a change that a provider told of is left as it is', async () => {
  const ctx = await db.tenant()
  const repository = shop()
  const { tenantId } = ctx
  const [deployment] = await db.sql(
    `insert into deployment_records (tenant_id, source, external_id, repository, service, environment, status, finished_at)
     values ($1, 'github.deployment', '1', 'acme/shop', 'acme/shop', 'production', 'success', now()) returning id`,
    [tenantId],
  )
  await db.sql(
    `insert into changes (tenant_id, repository, sha, deployment_id, committed_at, clock, lead_seconds, origin)
     values ($1, 'acme/shop', $2, $3, now(), 'pr_first_commit', 7, 'derived')`,
    [tenantId, repository.b, deployment!.id],
  )
  await run(ctx, repository)
  await run(ctx, repository)
  assert.equal((await leads(ctx)).get(repository.b), 7)
  assert.equal((await leads(ctx)).size, 7)
})
