/** What the use cases of streams share. */
import type { Context } from '#kernel/context/index.ts'
import type { TenantTx } from '#kernel/database/index.ts'
import { forbidden, notFound, Problem } from '#kernel/errors/index.ts'
import type { EventLog } from '#kernel/events/index.ts'
import { daysChanged, factsRecorded } from '../events.ts'
import { relinkPullRequests } from '../link-pull-requests.ts'
import { lockStream, type Stream, selectDays, selectProjectIncidents, selectStream } from './queries.ts'

/** Which streams there are decides what every key sees, so a key that sees only some may not change them. */
export function requireAllStreams(ctx: Context): void {
  if (ctx.streams) throw new Problem(forbidden, `${ctx.actor.name} is limited to some streams and may not change any.`)
}

export function requireStream(ctx: Context, id: string): void {
  if (ctx.streams && !ctx.streams.has(id))
    throw new Problem(forbidden, `${ctx.actor.name} may not see the stream ${id}.`)
}

export const noStream = (id: string): Problem => new Problem(notFound, `There is no stream ${id}.`)

/** The stream, locked until the transaction ends. */
export async function lockedStream(tx: TenantTx, id: string): Promise<Stream> {
  const locked = await tx.row(lockStream, { id })
  const stream = locked && (await tx.row(selectStream, { id }))
  if (!stream) throw noStream(id)
  return stream
}

/** Days on which something counts that is the stream's as it is now. */
export const daysOf = async (tx: TenantTx, id: string): Promise<string[]> =>
  (await tx.rows(selectDays, { id })).map(({ day }) => day)

/** Says which days of a stream must be rolled up again after its sources changed: those before and those after. */
export async function publishDays(
  tx: TenantTx,
  eventLog: EventLog,
  stream: string,
  before: readonly string[],
  after: readonly string[],
): Promise<void> {
  const days = [...new Set([...before, ...after])].sort().map((day) => ({ stream, day }))
  if (days.length > 0) await eventLog.publish(tx, daysChanged, { days })
}

/** Where the change touches Jira projects: links pull requests anew, and attributes those projects' incidents anew. */
export async function relinkAfter(
  tx: TenantTx,
  eventLog: EventLog,
  before: Stream['sources'],
  after: Stream['sources'],
) {
  const projects = (sources: Stream['sources']) =>
    sources.filter(({ kind }) => kind === 'jira_project').map(({ value }) => value)
  const touched = [...new Set([...projects(before), ...projects(after)])]
  if (touched.length === 0) return
  await relinkPullRequests(tx, eventLog)
  const incidents = await tx.rows(selectProjectIncidents, { projects: touched })
  if (incidents.length > 0) await eventLog.publish(tx, factsRecorded, { repositories: [], incidents })
}
