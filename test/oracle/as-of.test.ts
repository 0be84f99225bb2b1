/** Histories that are told late: what the product says it knew at a time is what follows from the facts told until then. */
import { equal, ok } from 'node:assert/strict'
import { test } from 'node:test'
import { clocks, random, randomHistory, scopes, shuffled } from './dora-history.ts'
import { derive, figures, type History } from './dora-oracle.ts'
import {
  asked,
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

type Rows = ReturnType<typeof rawFacts>
/** Something that is told at once: the rows that say it, and what the oracle then knows. */
type Telling = { rows: Rows; learn(known: History): void }

const nothing = { commits: [], pulls: [], deployments: [], incidents: [] }

/** All of a history as tellings; the end of an incident may be told after its beginning, the rest comes in any order. */
function tellings(history: History): Telling[] {
  const rowsOf = (part: Partial<History>) => rawFacts({ ...history, ...nothing, ...part })
  const one = (part: Partial<History>, learn: Telling['learn']): Telling => ({ rows: rowsOf(part), learn })
  return [
    ...history.commits.map((commit) => one({ commits: [commit] }, ({ commits }) => commits.push(commit))),
    ...history.pulls.map((pull) => one({ pulls: [pull] }, ({ pulls }) => pulls.push(pull))),
    ...history.deployments.map((d) => one({ deployments: [d] }, ({ deployments }) => deployments.push(d))),
    ...history.incidents.map((i) => one({ incidents: [i] }, ({ incidents }) => incidents.push(i))),
  ]
}

/** Half of the incidents that ended are told in two parts, the second some batches later. */
function partsOf(all: readonly Telling[], chance: () => boolean): { first: Telling[]; later: Telling[] } {
  const later: Telling[] = []
  const first = all.map((telling) => {
    const [opened, resolved] = telling.rows
    if (opened?.table !== 'incident_events' || resolved === undefined || !chance()) return telling
    const whole: History['incidents'] = []
    telling.learn({ ...({} as History), incidents: whole })
    const incident = whole[0]!
    const { key } = incident
    later.push({
      rows: [resolved],
      learn: ({ incidents }) => {
        const at = incidents.findIndex((other) => other.key === key)
        incidents[at] = incident
      },
    })
    return {
      rows: [opened],
      learn: ({ incidents }: History) => void incidents.push({ ...incident, resolvedAt: null }),
    }
  })
  return { first, later }
}

for (const seed of [21, 22, 23])
  test(`[D16] as of any step, figures are those of the facts told until then, history ${seed}`, async () => {
    const history = randomHistory(seed)
    const ctx = await tenant(history.timeZone)
    await insertStreams(ctx, history.streams)
    await insertLinks(ctx, history.byTicket)
    const dice = random(seed + 1000)
    const { first, later } = partsOf(tellings(history), () => dice.chance(0.5))
    const queue = [...shuffled(first, dice), ...shuffled(later, dice)]
    const known: History = { ...history, commits: [], pulls: [], deployments: [], incidents: [] }
    const steps: { asOf: string; date: Date; derived: ReturnType<typeof derive> }[] = []
    const batch = Math.ceil(queue.length / 6)
    while (queue.length > 0) {
      const told = queue.splice(0, batch)
      await tell(
        ctx,
        told.flatMap(({ rows }) => rows),
      )
      for (const { learn } of told) learn(known)
      const [now] = await sql(
        `select to_char(clock_timestamp() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as text, clock_timestamp() as date`,
      )
      const derived = derive({ ...known, commits: [...known.commits], incidents: [...known.incidents] })
      steps.push({ asOf: String(now!.text), date: now!.date as Date, derived })
    }
    // What the nightly check finds equal leaves no version behind.
    const versions = async () =>
      (await sql('select count(*)::int as n from dora_daily_past where tenant_id = $1', [ctx.tenantId]))[0]!.n
    const before = await versions()
    ok(Number(before) > 20, 'days were told in several parts')
    await materialize!.run()
    equal(await versions(), before)

    const start = clocks.find(({ timeZone }) => timeZone === history.timeZone)!.start
    const seen = new Set<string>()
    for (const { asOf, date, derived } of steps)
      for (const stream of scopes)
        for (const [from, to] of windows(start, seed).slice(0, 2)) {
          const actual = await asked(ctx, stream, from, to, asOf)
          seen.add(JSON.stringify(actual.change_failure_rate))
          sameFigures(actual, figures(derived, stream, from, to, date), `${stream} ${from} ${to} as of ${asOf}`)
        }
    ok(seen.size > 10, 'the figures moved from step to step')
  })
