/**
 * DORA figures from daily roll-ups against plain SQL over raw facts with good indexes: one tenant, 200 streams, 365 days, 1,000,000
 * facts. Run alone with `bin/pinned-node bench/dora.ts [superuser URL]`; without a URL an embedded server is started.
 */
import { rmSync } from 'node:fs'
import { z } from 'zod'
import { startEmbedded } from '#kernel/database/embedded/index.ts'
import { type Database, withClient } from '#kernel/database/index.ts'
import { sql, statement, texts } from '#kernel/sql/index.ts'
import { bandsOf, bandsVersionSetting } from '#modules/delivery/dora/bands.ts'
import { dayNumber, dayText } from '#modules/delivery/dora/calendar.ts'
import { measure, measureBriefly } from '#modules/delivery/dora/measure.ts'
import { readDays, readStreams } from '#modules/delivery/dora/queries.ts'
import { rollUp } from '#modules/delivery/dora/roll-up.ts'
import { selfCheckTenant } from '#modules/delivery/dora/self-check.ts'
import { windowOf, windowOfStream } from '#modules/delivery/dora/window.ts'
import { temporaryFolder } from '#test/support/temporary-folder.ts'
import { benchDatabase } from './support/database.ts'
import { benchTenant, fillDelivery, firstDay, lastDay, million, type Size } from './support/delivery-data.ts'
import { median } from './support/median.ts'

export type BenchRow = {
  readonly question: string
  readonly rawMs: number | null
  readonly oursMs: number
  /** How many times faster than raw SQL. */
  readonly ratio: number | null
  readonly limitMs: number | null
}

const ctx = { tenantId: benchTenant }
const rounds = 7

/** What a careful person writes without roll-ups: every metric of every stream in one statement. */
const rawDora = statement({
  name: 'bench.raw-dora',
  row: z.object({
    stream: z.string(),
    deployments: z.number(),
    p50: z.number().nullable(),
    failed: z.number(),
    recovery: z.number().nullable(),
    rework: z.number(),
    frequency: z.number().nullable(),
  }),
  sample: { streams: [''], from: firstDay, to: lastDay },
  sql: (p: { streams: readonly string[]; from: string; to: string }) => sql`
    with shipped as materialized (
      select s.stream_id, d.id, d.finished_at, d.rework_reason, (d.finished_at at time zone 'Europe/Berlin')::date as day
      from stream_source s
      join deployment_records d on d.tenant_id = s.tenant_id and d.repository = s.value and d.counted
        and d.finished_at >= (${p.from}::date::timestamp at time zone 'Europe/Berlin')
        and d.finished_at < ((${p.to}::date + 1)::timestamp at time zone 'Europe/Berlin')
      where s.tenant_id = ${benchTenant}::uuid and s.stream_id = any (${texts(p.streams)}::text[]) and s.kind = 'repository'
    ),
    totals as (
      select s.stream_id, count(*) as deployments, count(s.rework_reason) as rework from shipped s group by 1
    ),
    leads as (
      select s.stream_id, percentile_disc(array[0.5, 0.75, 0.9]) within group (order by c.lead_seconds) as p
      from shipped s join changes c on c.tenant_id = ${benchTenant}::uuid and c.deployment_id = s.id
      where c.lead_seconds >= 0 group by 1
    ),
    failures as (
      select f.stream_id, count(*) as failed, percentile_disc(0.5) within group (order by f.recovery) as recovery
      from (
        select s.stream_id, s.id, case when bool_and(f.recovered_at is not null)
          then extract(epoch from max(f.recovered_at) - max(s.finished_at)) end as recovery
        from shipped s join deployment_failures f on f.tenant_id = ${benchTenant}::uuid and f.deployment_id = s.id
        group by 1, 2) f
      group by 1
    ),
    weekly as (
      select w.stream_id, percentile_disc(0.5) within group (order by w.days) as frequency
      from (
        select t.stream_id, g.week, count(distinct s.day) as days
        from totals t
        cross join generate_series(date_trunc('week', ${p.from}::date::timestamp + interval '6 days'),
          ${p.to}::date::timestamp - interval '6 days', interval '7 days') as g(week)
        left join shipped s on s.stream_id = t.stream_id and s.day >= g.week::date and s.day < g.week::date + 7
        group by 1, 2) w
      group by 1
    )
    select t.stream_id as "stream", t.deployments::integer as "deployments", l.p[1] as "p50",
      coalesce(f.failed, 0)::integer as "failed", floor(f.recovery)::integer as "recovery", t.rework::integer as "rework",
      w.frequency::integer as "frequency"
    from totals t
    left join leads l on l.stream_id = t.stream_id
    left join failures f on f.stream_id = t.stream_id
    left join weekly w on w.stream_id = t.stream_id`,
})

type Question = { streams: string[]; from: string; to: string }
type Answer = { stream: string; figures: (number | null)[] }

async function askRaw(database: Database, question: Question): Promise<Answer[]> {
  const rows = await database.tenantRead(ctx, (tx) => tx.rows(rawDora, question), { statementTimeoutMs: 120_000 })
  return rows.map((r) => ({
    stream: r.stream,
    figures: [r.frequency, r.p50, r.failed / r.deployments, r.recovery, r.rework / r.deployments],
  }))
}

const bands = bandsOf(bandsVersionSetting.default)

async function askOurs(database: Database, question: Question): Promise<Answer[]> {
  const span = { from: dayNumber(question.from), to: dayNumber(question.to) }
  const rows = await database.tenantRead(ctx, (tx) => tx.rows(readStreams, question))
  return rows.map((row) => ({
    stream: row.stream,
    figures: Object.values(measureBriefly(windowOfStream(row, span, new Date(0)), bands)).map(({ value }) => value),
  }))
}

/** A stream's own page: all five metrics with stages. */
async function askOne(database: Database, { streams: [stream = ''], from, to }: Question): Promise<Answer[]> {
  const rows = await database.tenantRead(ctx, (tx) => tx.rows(readDays, { stream, from, to }))
  const metrics = measure(windowOf(rows, { from: dayNumber(from), to: dayNumber(to) }, new Date(0)), bands)
  return [{ stream, figures: metrics.map(({ value }) => value) }]
}

/** Raw and ours take turns in one run, so that a noisy machine is noisy to both. */
async function compare(
  question: string,
  raw: () => Promise<Answer[]>,
  ours: () => Promise<Answer[]>,
  limitMs: number | null,
): Promise<BenchRow> {
  const times = { raw: [] as number[], ours: [] as number[] }
  for (let round = -1; round < rounds; round++) {
    const answers = { raw: '', ours: '' }
    for (const [side, ask] of [
      ['raw', raw],
      ['ours', ours],
    ] as const) {
      const started = performance.now()
      const answer = await ask()
      if (round >= 0) times[side].push(performance.now() - started)
      answers[side] = JSON.stringify(answer.sort((a, b) => a.stream.localeCompare(b.stream)))
    }
    if (answers.raw !== answers.ours) throw new Error(`${question}: the two answers differ`)
  }
  const [rawMs, oursMs] = [median(times.raw), median(times.ours)]
  return { question, rawMs, oursMs, ratio: rawMs / oursMs, limitMs }
}

/** A late deployment: how long until its day is right again for its stream and for `all`. */
async function lateEvent(database: Database, adminUrl: string): Promise<BenchRow> {
  const times: number[] = []
  for (let round = 0; round < rounds; round++) {
    const { rows } = await withClient(adminUrl, (admin) =>
      admin.query(
        `update deployment_records set rework_reason = 'late' where tenant_id = $1 and id = (select id from deployment_records
          where tenant_id = $1 and repository = 'org/r7' and rework_reason is null and counted
          order by finished_at offset ${40 + round * 50} limit 1)
        returning (finished_at at time zone 'Europe/Berlin')::date::text as day`,
        [benchTenant],
      ),
    )
    const { day } = rows[0]
    const started = performance.now()
    const pairs = ['all', 's-7'].map((stream) => ({ stream, day }))
    await database.tenantTx(ctx, (tx) => rollUp(tx, pairs))
    times.push(performance.now() - started)
  }
  return {
    question: 'one late event re-rolls its day (its stream and all)',
    rawMs: null,
    oursMs: median(times),
    ratio: null,
    limitMs: 100,
  }
}

export async function run(serverUrl: string, size: Size = million): Promise<BenchRow[]> {
  const { database, adminUrl, drop } = await benchDatabase(serverUrl, 'daytwo_bench_dora')
  try {
    await fillDelivery(adminUrl, size)
    const started = performance.now()
    await selfCheckTenant(database, benchTenant)
    const built = performance.now() - started
    await withClient(adminUrl, (admin) => admin.query('vacuum analyze'))

    const streams = (n: number) => Array.from({ length: n }, (_, i) => `s-${i + 1}`)
    const year = { streams: streams(size.streams), from: firstDay, to: lastDay }
    const quarter = { streams: streams(20), from: dayText(dayNumber(lastDay) - 89), to: lastDay }
    const one = { ...quarter, streams: ['s-7'] }
    const both = (question: Question, ask = askOurs) =>
      [() => askRaw(database, question), () => ask(database, question)] as const
    const late = await lateEvent(database, adminUrl)
    // The late events touched rows of the day; the table is otherwise as after the fill.
    return [
      await compare(`five metrics, ${size.streams} streams × ${size.days} days`, ...both(year), 100),
      await compare('five metrics, 20 streams × 90 days', ...both(quarter), 15),
      await compare('five metrics and stages, 1 stream × 90 days', ...both(one, askOne), null),
      late,
      { question: 'all roll-ups made again from all facts', rawMs: null, oursMs: built, ratio: null, limitMs: null },
    ]
  } finally {
    await drop()
  }
}

const cell = (value: number | null, digits = 1) => (value === null ? '–' : value.toFixed(digits))
const table = (rows: readonly BenchRow[]) =>
  ['| question | raw SQL ms | roll-ups ms | times | limit ms |', '|---|---|---|---|---|']
    .concat(
      rows.map(
        (r) => `| ${r.question} | ${cell(r.rawMs)} | ${cell(r.oursMs)} | ${cell(r.ratio)} | ${cell(r.limitMs, 0)} |`,
      ),
    )
    .join('\n')

if (import.meta.main) {
  const given = process.argv[2] ?? process.env.DAYTWO_BENCH_SERVER
  const folder = temporaryFolder()
  const embedded = given ? undefined : await startEmbedded({ dataDir: folder, password: 'bench', log: () => undefined })
  try {
    process.stdout.write(`${table(await run(given ?? embedded!.url))}\n`)
  } finally {
    await embedded?.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}
