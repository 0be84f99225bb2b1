import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { test } from 'node:test'
import type { Context } from '#kernel/context/index.ts'
import { factsRecorded } from '#modules/delivery/facts/index.ts'
import { random, randomHistory, scopes } from '#test/oracle/dora-history.ts'
import type { History } from '#test/oracle/dora-oracle.ts'
import { factTables, retentionBench } from './test-bench.ts'

const bench = await retentionBench()
const { sql, tenant, database, composed } = bench
const dayMs = 86_400_000

async function insert(table: string, { tenantId }: Context, rows: readonly Record<string, unknown>[]) {
  if (rows.length === 0) return
  const names = ['tenant_id', ...new Set(rows.flatMap(Object.keys))].join(', ')
  const json = JSON.stringify(rows.map((row) => ({ tenant_id: tenantId, ...row })))
  await sql(`insert into ${table} (${names}) select ${names} from json_populate_recordset(null::${table}, $1::json)`, [
    json,
  ])
}

/** The history as raw facts, each recorded a little after it happened; commits sometimes days after. */
async function record(ctx: Context, history: History, seed: number) {
  const dice = random(seed)
  const soon = (at: Date, hours = 2) => new Date(at.getTime() + dice.below(hours * 60) * 60_000)
  await insert(
    'stream',
    ctx,
    history.streams.map(({ id }) => ({ id, kind: 'delivery', name: id, created_at: new Date() })),
  )
  await insert(
    'stream_source',
    ctx,
    history.streams.flatMap(({ id, sources }) => sources.map((source) => ({ stream_id: id, ...source }))),
  )
  await insert(
    'pr_streams',
    ctx,
    history.byTicket.map(({ repository, number, stream }) => ({
      repository,
      pr_number: number,
      stream_id: stream,
      ticket_key: 'TIC-1',
      sealed: false,
    })),
  )
  await insert(
    'commits',
    ctx,
    history.commits.map((c) => ({
      repository: c.repository,
      sha: c.sha,
      parents: c.parents,
      committed_at: c.at,
      reverts: c.reverts ?? null,
      ticket_keys: c.ticket ? [c.ticket] : [],
      recorded_at: soon(c.at, 60),
      sealed: false,
    })),
  )
  const pull = (pr: History['pulls'][number], action: string, at: Date) => ({
    repository: pr.repository,
    pr_number: pr.number,
    action,
    occurred_at: at,
    head_ref: pr.headRef,
    head_sha: pr.headSha,
    merged: action === 'merged',
    merge_commit_sha: action === 'merged' ? pr.mergeSha : null,
    labels: pr.labels,
    ticket_keys: pr.ticket ? [pr.ticket] : [],
    review_state: action === 'reviewed' ? 'approved' : null,
    recorded_at: soon(at),
  })
  await insert(
    'pr_events',
    ctx,
    history.pulls.flatMap((pr) => [
      pull(pr, 'opened', pr.openedAt),
      ...(pr.reviewedAt ? [pull(pr, 'reviewed', pr.reviewedAt)] : []),
      pull(pr, 'merged', pr.mergedAt),
    ]),
  )
  await insert(
    'deployment_records',
    ctx,
    history.deployments.map((d) => ({
      source: 'github.deployment',
      external_id: d.key,
      repository: d.repository,
      service: d.service,
      environment: d.environment,
      sha: d.sha,
      ref: d.ref,
      status: d.succeeded ? 'success' : 'failure',
      finished_at: d.succeeded ? d.finishedAt : null,
      counted: false,
      ticket_links: [],
      recorded_at: soon(d.finishedAt),
      sealed: false,
    })),
  )
  const incident = (i: History['incidents'][number], action: string, at: Date) => ({
    source: 'api',
    incident_key: i.key,
    action,
    occurred_at: at,
    title: i.key,
    repository: i.repository,
    service: i.service,
    project_key: i.project,
    deployment_sha: i.sha ?? null,
    recorded_at: soon(at),
  })
  await insert(
    'incident_events',
    ctx,
    history.incidents.flatMap((i) => [
      incident(i, 'opened', i.startedAt),
      ...(i.resolvedAt ? [incident(i, 'resolved', i.resolvedAt)] : []),
    ]),
  )
}

const say = (ctx: Context, history: History) =>
  database.tenantTx(ctx, (tx) =>
    composed.eventLog.publish(tx, factsRecorded, {
      repositories: [...new Set(history.deployments.map(({ repository }) => repository))],
      incidents: history.incidents.map(({ key }) => ({ source: 'api', key })),
    }),
  )

/** Everything the metrics say, but for when it was computed and ages that run. */
async function figures(ctx: Context, from: string, to: string): Promise<unknown> {
  const headers = await bench.key({ tenantId: ctx.tenantId })
  const ask = async (url: string) => {
    const reply = await bench.http.inject({ url: `/api/v1${url}`, headers })
    equal(reply.statusCode, 200, reply.body)
    return JSON.parse(reply.body, (name, value) => (name === 'as_of' || name.startsWith('oldest_') ? undefined : value))
  }
  const streams = scopes.map((stream) =>
    ask(`/metrics/dora?from=${from}&to=${to}&interval=day${stream === 'all' ? '' : `&stream=${stream}`}`),
  )
  return Promise.all([...streams, ask(`/metrics/dora/streams?from=${from}&to=${to}`)])
}

const iso = (ms: number) => new Date(ms).toISOString().slice(0, 10)

for (const seed of [2, 3, 8])
  test(`[Q8] [D5] figures stay as they are when their facts go, however often the rest is derived again, history ${seed}`, async () => {
    const history = randomHistory(seed)
    const ctx = await tenant(history.timeZone)
    await record(ctx, history, seed)
    await say(ctx, history)
    await bench.settle()
    const finished = history.deployments.map(({ finishedAt }) => finishedAt.getTime())
    const [first, last] = [Math.min(...finished), Math.max(...finished)]
    const [from, to] = [iso(first - 9 * dayMs), iso(last + 9 * dayMs)]
    const before = await figures(ctx, from, to)
    const [{ today }] = (await sql(`select (app.now() at time zone 'UTC')::date::text as today`)) as [{ today: string }]
    let left = Number.POSITIVE_INFINITY
    for (const share of [0.3, 0.7]) {
      const cutoff = iso(first + (last - first) * share)
      const days = (Date.parse(today) - Date.parse(cutoff)) / dayMs
      for (const table of ['deployment_records', 'incident_events', 'pr_events'])
        await sql(
          `insert into setting (tenant_id, name, value) values ($1, $2, to_jsonb($3::int))
          on conflict (tenant_id, name) do update set value = excluded.value`,
          [ctx.tenantId, `retention.${table}_days`, days],
        )
      await bench.enforce({ tables: factTables })
      const [{ n }] = (await sql('select count(*)::int as n from deployment_records where tenant_id = $1', [
        ctx.tenantId,
      ])) as [{ n: number }]
      ok(n <= left && n > 0, `${n} deployments are left of ${left}`)
      left = n
      deepEqual(await figures(ctx, from, to), before, `right after the purge before ${cutoff}`)
      await composed.facts.recomputeAll(ctx)
      await say(ctx, history)
      await bench.settle()
      deepEqual(await figures(ctx, from, to), before, `everything derived again after the purge before ${cutoff}`)
      match(
        await composed.operations.runSchedule(ctx, 'scheduler:materialize-daily-metrics'),
        / 0 roll-ups differed/,
        `checked after the purge before ${cutoff}`,
      )
    }
    ok(left < history.deployments.length)

    // Late facts of sealed days: one on a day that has a row, one on a day that has none.
    await insert(
      'deployment_records',
      ctx,
      [first, first - 5 * dayMs].map((at, n) => ({
        source: 'github.deployment',
        external_id: `late-${n}`,
        repository: 'acme/late',
        service: 'acme/late',
        environment: 'production',
        status: 'success',
        finished_at: new Date(at),
        counted: false,
        ticket_links: [],
        recorded_at: new Date(),
        sealed: false,
      })),
    )
    await database.tenantTx(ctx, (tx) =>
      composed.eventLog.publish(tx, factsRecorded, { repositories: ['acme/late'], incidents: [] }),
    )
    await bench.settle()
    const [{ counted }] = (await sql(
      `select count(*)::int as counted from deployment_records where tenant_id = $1 and repository = 'acme/late' and counted`,
      [ctx.tenantId],
    )) as [{ counted: number }]
    equal(counted, 2)
    match(await composed.operations.runSchedule(ctx, 'scheduler:materialize-daily-metrics'), / 0 roll-ups differed/)
    deepEqual(await figures(ctx, from, to), before, 'late facts change no sealed day')
    // So that the runs of the next history do not look at this one's.
    await sql('delete from api_key where tenant_id = $1', [ctx.tenantId])
    await sql('delete from tenant where id = $1', [ctx.tenantId])
  })

test('[Q8] [D5] a day after the purged ones still takes late facts', async () => {
  const ctx = await tenant('Pacific/Auckland')
  const deploy = (id: string, daysAgo: number, recordedDaysAgo: number) =>
    insert('deployment_records', ctx, [
      {
        source: 'github.deployment',
        external_id: id,
        repository: 'acme/web',
        service: 'acme/web',
        environment: 'production',
        status: 'success',
        finished_at: new Date(Date.now() - daysAgo * dayMs),
        counted: false,
        ticket_links: [],
        recorded_at: new Date(Date.now() - recordedDaysAgo * dayMs),
        sealed: false,
      },
    ])
  const derive = async () => {
    await database.tenantTx(ctx, (tx) =>
      composed.eventLog.publish(tx, factsRecorded, { repositories: ['acme/web'], incidents: [] }),
    )
    await bench.settle()
  }
  // A clock that was 30 days ahead: its day is sealed by its row, the days before it are not.
  await deploy('ahead', 340, 370)
  await deploy('old', 380, 380)
  await deploy('kept', 300, 300)
  await derive()
  await bench.enforce({ tables: factTables })
  await deploy('late-on-sealed', 380, 0)
  await deploy('late-on-ahead', 340, 0)
  await deploy('late-on-open', 350, 0)
  await deploy('late-on-kept', 300, 0)
  await derive()
  const rows = await sql(
    `select deployments, sealed from dora_daily where tenant_id = $1 and stream_id = 'all' order by day`,
    [ctx.tenantId],
  )
  deepEqual(
    rows.map(({ deployments, sealed }) => [deployments, sealed]),
    [
      [1, true],
      [1, false],
      [1, true],
      [2, false],
    ],
  )
})
