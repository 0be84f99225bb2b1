import { perSecond, table, times, verdict } from '../support/table.ts'
import type { ProcessingFigures, ProcessingRow } from './index.ts'
import type { ContenderName, Task } from './runner.ts'

const described: Record<ContenderName, string> = {
  daytwo: 'daytwo',
  'graphile-worker': 'graphile-worker (local queue 1000, 24 jobs at once, completions in batches)',
  'pg-boss': 'pg-boss (batches of 500, two at once)',
  'pg-boss transactional': 'pg-boss, a batch one transaction (500, two at once)',
  bullmq: 'BullMQ (200 at once)',
}
/** Those whose jobs each do their own write. */
const perJob: readonly ContenderName[] = ['graphile-worker', 'pg-boss', 'bullmq']

export function reportProcessing({ rows, redis }: ProcessingFigures): string {
  const of = (contender: ContenderName, task: Task, withHistory = false) =>
    rows.find((row) => row.contender === contender && row.task === task && row.history > 0 === withHistory)
  const best = (task: Task, names: readonly ContenderName[]) =>
    Math.max(0, ...names.map((name) => of(name, task)?.perSecond ?? 0))
  const figures = (task: Task) =>
    rows
      .filter((row) => row.task === task)
      .map((row) => [name(row), row.events.toLocaleString('en'), row.rounds, perSecond(row.perSecond)])
  const name = ({ contender, history }: ProcessingRow) =>
    history > 0
      ? `${described[contender]}, ${history.toLocaleString('en')} completed rows in the queue`
      : described[contender]
  const reach = (what: string, ours: number, theirs: number, wanted: number) =>
    theirs > 0 ? [[what, times(ours / theirs), `≥ ${wanted} ×`, verdict(ours / theirs >= wanted)]] : []
  const small = of('daytwo', 'small')!.perSecond
  const real = of('daytwo', 'real')!.perSecond
  const head = ['contender', 'events', 'rounds', 'events/s']
  const all = [...perJob, 'pg-boss transactional'] as const
  return `## Processing stored events

Time until all are handled and recorded as done, medians of rounds in turns from the same tables; every contender a process of its own on the same PostgreSQL (fsync on)${
    redis
      ? `, Redis ${redis} with
\`appendfsync always\``
      : ''
  }. daytwo runs its worker with the default \`WORKER_CONCURRENCY\`. Rounds begin after a checkpoint and a vacuum of the queue.

One row written an event: daytwo and pg-boss's transactional batch write a batch's rows with one statement, the others one a job. daytwo's handler is called
by its work engine on \`event_queue\` and reads no payload; the peers' jobs carry a number.

${table(head, figures('small'))}

What daytwo does with an event of GitHub (10 KB on average, eight of ten cause facts): the peers' jobs carry the payload and call the same processor, one job or one
batch at a time; daytwo also reads and unpacks the stored payload, and keeps lineage. Who opens a transaction for each job does fewer events, a rate all the same.

${table(head, figures('real'))}

${table(
  ['daytwo against', 'measured', 'reach', 'met'],
  [
    ...reach('the best peer with a write a job, one row an event', small, best('small', perJob), 5),
    ...reach("pg-boss's transactional batch, one row an event", small, best('small', ['pg-boss transactional']), 2),
    ...reach('the best peer with a transaction a job, real handler', real, best('real', perJob), 2),
    ...reach('the best peer of all, real handler', real, best('real', all), 2),
    ...reach('itself without completed rows in the queue', of('daytwo', 'small', true)!.perSecond, small, 0.9),
  ],
)}

What is missed, and why: pg-boss's transactional batch has the shape of our engine (claim; then effects and completion in one transaction), and both are bound
by PostgreSQL, which writes each row twice; ours has a unique delivery id, row-level security and lineage on top. With the real handler the same code does nearly all the work
on both sides, so a peer that calls it with whole batches in one transaction ends where daytwo does, although daytwo also unpacks the payload; as jobs, one each, it is
eight times slower.
`
}
