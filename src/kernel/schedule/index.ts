/**
 * Scheduled commands: one row each, claimed by the work engine, so that each runs once across any number of processes. A
 * run that was missed (everything was down) happens once, late.
 */
import { Cron } from 'croner'
import { z } from 'zod'
import { monotonicMs } from '#kernel/clock/index.ts'
import { type Database, databaseNow } from '#kernel/database/index.ts'
import { noRow, raw, sql, statement } from '#kernel/sql/index.ts'
import type { Logger } from '#kernel/telemetry/index.ts'
import type { LeasedWork } from '#kernel/work/index.ts'

/** What a run did, in words; `againAt`: it could not do all, and goes on then where that is before its next time. */
export type Ran = { readonly outcome: string; readonly againAt: Date }

export type Schedule = {
  /** The command's name: `scheduler:<name>`. */
  readonly name: string
  readonly cron: string
  readonly summary: string
  /** Does the work; the text it returns is shown as the outcome. Must bear running twice. */
  run(): Promise<string | Ran>
}

const ensure = statement({
  name: 'schedule.ensure',
  row: noRow,
  sample: { name: '', cron: '', next: new Date(0) },
  sql: (p: { name: string; cron: string; next: Date }) => sql`
    insert into schedule (name, cron, due_at) values (${p.name}::text, ${p.cron}::text, ${p.next}::timestamptz)
    on conflict (name) do update set cron = excluded.cron, due_at = excluded.due_at where schedule.cron <> excluded.cron`,
})
const recordRun = statement({
  name: 'schedule.record-run',
  row: noRow,
  sample: { name: '', outcome: '', durationMs: 0 },
  sql: (p: { name: string; outcome: string; durationMs: number }) => sql`
    update schedule set last_finished_at = app.now(), last_outcome = ${p.outcome}::text, last_duration_ms = ${p.durationMs}::int,
      last_started_at = app.now() - ${p.durationMs}::int * interval '1 millisecond'
    where name = ${p.name}::text`,
})
export const listSchedules = statement({
  name: 'schedule.list',
  row: z.object({
    name: z.string(),
    cron: z.string(),
    running: z.boolean(),
    nextRunAt: z.date(),
    lastStartedAt: z.date().nullable(),
    lastDurationMs: z.number().nullable(),
    lastOutcome: z.string().nullable(),
  }),
  sample: undefined,
  sql: () => sql`
    select s.name as "name", s.cron as "cron", s.status = 'processing' as "running", s.due_at as "nextRunAt",
      s.last_started_at as "lastStartedAt", s.last_duration_ms as "lastDurationMs", s.last_outcome as "lastOutcome"
    from schedule s order by s.name`,
})

const bring = statement({
  name: 'schedule.bring-forward',
  row: noRow,
  sample: { name: '', apartMinutes: 1 },
  sql: (p: { name: string; apartMinutes: number }) => sql`
    update schedule set due_at = greatest(app.now(), last_finished_at + ${p.apartMinutes}::int * interval '1 minute')
    where name = ${p.name}::text and status = 'pending'
      and due_at > greatest(app.now(), last_finished_at + ${p.apartMinutes}::int * interval '1 minute')`,
})
const standing = statement({
  name: 'schedule.standing',
  row: z.object({ status: z.string() }),
  sample: { name: '' },
  sql: ({ name }: { name: string }) => sql`select s.status as "status" from schedule s where s.name = ${name}::text`,
})

/**
 * Makes a schedule due now, or so many minutes after its last run where that was just now. True when it is; false while it runs, for what
 * it was to see may have come after it looked: ask again.
 */
export async function bringForward(database: Database, name: string, apartMinutes: number): Promise<boolean> {
  return database.platformTx('bring a schedule forward', async (tx) => {
    await tx.run(bring, { name, apartMinutes })
    return (await tx.row(standing, { name }))?.status === 'pending'
  })
}

const nextRun = (cron: string, after: Date): Date => {
  const next = new Cron(cron, { timezone: 'UTC' }).nextRun(after)
  if (!next) throw new Error(`the schedule "${cron}" never comes due`)
  return next
}

const now = (database: Database) => database.platformTx('clock', databaseNow)

/** Writes the rows of `schedules`, keeping the due times of those that exist. */
export async function ensureSchedules(database: Database, schedules: readonly Schedule[]): Promise<void> {
  const from = await now(database)
  await database.platformTx('ensure schedules', async (tx) => {
    for (const { name, cron } of schedules) await tx.run(ensure, { name, cron, next: nextRun(cron, from) })
  })
}

/** Runs one schedule now and records the run; failures are recorded and thrown. Returns the outcome in words. */
export const runSchedule = async (database: Database, schedule: Schedule): Promise<string> =>
  (await recorded(database, schedule)).outcome

async function recorded(database: Database, schedule: Schedule): Promise<Partial<Ran> & Pick<Ran, 'outcome'>> {
  const started = monotonicMs()
  const record = (outcome: string) => {
    const durationMs = Math.round(monotonicMs() - started)
    return database.platformTx('record a run', (tx) => tx.run(recordRun, { name: schedule.name, outcome, durationMs }))
  }
  try {
    const told = await schedule.run()
    const ran = typeof told === 'string' ? { outcome: told } : told
    await record(ran.outcome)
    return ran
  } catch (error) {
    await record(`failed: ${error instanceof Error ? error.message : String(error)}`)
    throw error
  }
}

/** Retention of a large installation takes hours; a command that takes longer than this hangs. */
const timeLimitMs = 6 * 3_600_000

const hourMs = 3_600_000

/**
 * Schedules of one pace share an engine, so that nobody waits for who comes due much more rarely and may therefore take much longer: what is
 * due each minute shows that daytwo lives, and the nightly commands may take hours.
 */
function paceOf({ cron }: Schedule): 'minutes' | 'hours' | 'days' {
  const first = nextRun(cron, new Date(0))
  const apartMs = nextRun(cron, first).getTime() - first.getTime()
  return apartMs < hourMs ? 'minutes' : apartMs < 24 * hourMs ? 'hours' : 'days'
}

/** The engines' work over the schedule table, one a pace: a run never becomes a dead letter, it is simply due at its next time. */
export const scheduleWork = (database: Database, schedules: readonly Schedule[], log: Logger): ScheduleWork[] =>
  [...Map.groupBy(schedules, paceOf)].map(([pace, group]) => workOf(database, `schedule-${pace}`, group, log))

type ScheduleWork = LeasedWork<{ name: string; cron: string }>

function workOf(database: Database, work: string, schedules: readonly Schedule[], log: Logger): ScheduleWork {
  const byName = new Map(schedules.map((schedule) => [schedule.name, schedule]))
  const names = schedules.map(({ name }) => `'${name}'`).join(', ')
  return {
    kind: 'leased',
    name: work,
    table: 'schedule',
    filter: sql`w.name in (${raw(names)})`,
    columns: 'w.name as "name", w.cron as "cron"',
    row: z.object({ name: z.string(), cron: z.string() }),
    batch: 1,
    maxAttempts: 2_000_000_000,
    timeLimitMs,
    timed: true,
    async handle({ name, cron }) {
      let ran: Partial<Ran> = {}
      try {
        ran = await recorded(database, byName.get(name)!)
      } catch (error) {
        log.error({ schedule: name, err: error }, 'a scheduled command failed')
      }
      const { outcome = 'failed', againAt } = ran
      const next = nextRun(cron, await now(database))
      return { outcome, dueAgainAt: againAt && againAt < next ? againAt : next }
    },
  }
}
