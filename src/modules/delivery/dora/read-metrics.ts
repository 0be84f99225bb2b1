/** The reads behind the routes. All of them stay on the roll-ups and may go to a replica. */
import { type Context, requirePermission } from '#kernel/context/index.ts'
import { type Database, databaseNow, type TenantTx } from '#kernel/database/index.ts'
import { readSetting } from '#kernel/settings/index.ts'
import { knownStream, requireStream, resolveWindow } from '#modules/delivery/facts/index.ts'
import { type Bands, bandsOf, bandsVersionSetting } from './bands.ts'
import { dayNumber, dayText, type Interval, slices } from './calendar.ts'
import { distributionOf, measure, measureBriefly, seriesOf, traceabilityOf } from './measure.ts'
import { changeLeadTime } from './metrics/change-lead-time.ts'
import { share } from './metrics/definition.ts'
import { percentilesOf } from './nearest-rank.ts'
import { listStreams, readDays, readDaysAsOf, readStreams, readStreamsAsOf } from './queries.ts'
import { resolveAsOf } from './receipts/as-of.ts'
import type { DoraReply, LeadTimeReply, OverviewReply } from './schemas.ts'
import { windowOf, windowOfStream } from './window.ts'

type Asked = {
  stream?: string | undefined
  tech_stream?: string | undefined
  from?: string | undefined
  to?: string | undefined
  interval?: Interval | undefined
  as_of?: string | undefined
}

const bandsOfTenant = async (tx: TenantTx) => bandsOf(await readSetting(tx, bandsVersionSetting))

/** The days asked for, and as numbers those of them that have begun; the time as of which, and the clock that ages go by. */
async function spanOf(tx: TenantTx, asked: Pick<Asked, 'from' | 'to' | 'as_of'>) {
  const asOf = await resolveAsOf(tx, asked.as_of)
  const { from: fromText, to: toText, lastBegun, timeZone } = await resolveWindow(tx, asked, asOf.at?.date)
  const now = asOf.at?.date ?? (await databaseNow(tx))
  return { fromText, toText, from: dayNumber(fromText), to: dayNumber(lastBegun), timeZone, now, asOf }
}

async function readStream(tx: TenantTx, stream: string, asked: Asked) {
  await knownStream(tx, stream, asked.tech_stream === undefined ? 'delivery' : 'tech')
  const span = await spanOf(tx, asked)
  const window = { from: span.fromText, to: span.toText }
  const { at } = span.asOf
  const rows = at
    ? await tx.rows(readDaysAsOf, { ...window, streams: [stream], asOf: at.text })
    : await tx.rows(readDays, { ...window, stream })
  return { span, rows }
}

function streamAsked(ctx: Context, asked: Asked): string {
  requirePermission(ctx, 'metrics:read')
  return requireStream(ctx, asked)
}

/** When the newest of the rows was computed; with none, nothing was known until now. */
export const newest = (rows: readonly { computedAt: Date }[], now: Date) =>
  new Date(
    Math.max(...rows.map((row) => row.computedAt.getTime()), rows.length === 0 ? now.getTime() : 0),
  ).toISOString()

/** `GET /metrics/dora` */
export function readDora(database: Database, ctx: Context, asked: Asked): Promise<DoraReply> {
  const stream = streamAsked(ctx, asked)
  const interval = asked.interval ?? 'week'
  return database.tenantRead(ctx, async (tx) => {
    const { span, rows } = await readStream(tx, stream, asked)
    const bands = await bandsOfTenant(tx)
    const window = windowOf(rows, span, span.now)
    return {
      stream,
      from: span.fromText,
      to: span.toText,
      interval,
      time_zone: span.timeZone,
      bands_version: bands.version,
      as_of: newest(rows, span.now),
      known_at: span.asOf.at?.text ?? null,
      as_of_from: span.asOf.from.toISOString(),
      metrics: measure(window, bands),
      traceability: traceabilityOf(window),
      series: seriesOf(rows, span, interval, span.now),
      lead_time_distribution: distributionOf(window.lead),
    }
  })
}

/** `GET /metrics/lead-time` */
export function readLeadTime(database: Database, ctx: Context, asked: Asked): Promise<LeadTimeReply> {
  const stream = streamAsked(ctx, asked)
  return database.tenantRead(ctx, async (tx) => {
    const { span, rows } = await readStream(tx, stream, asked)
    const { lead, stages, ...window } = windowOf(rows, span, span.now)
    const { coding, pickup, review, deploy } = stages!
    return {
      stream,
      from: span.fromText,
      to: span.toText,
      definition: changeLeadTime.definition,
      summary: changeLeadTime.summary,
      total: percentilesOf(lead),
      stages: {
        coding: percentilesOf(coding),
        pickup: percentilesOf(pickup),
        review: percentilesOf(review),
        deploy: percentilesOf(deploy),
      },
      dropped_negative: window.droppedChanges,
      coverage: share(window.deploymentsWithChanges, window.deployments),
      series: slices(span.from, span.to, asked.interval ?? 'week').map((slice) => {
        const { p50, p90, n } = percentilesOf(windowOf(rows, slice, span.now).lead)
        return { from: dayText(slice.from), to: dayText(slice.to), p50, p90, n }
      }),
    }
  })
}

/** `GET /metrics/dora/streams`: the streams the caller may see; `all` only for callers who may see everything. */
export function readOverview(
  database: Database,
  ctx: Context,
  asked: Pick<Asked, 'from' | 'to' | 'as_of'>,
): Promise<OverviewReply> {
  requirePermission(ctx, 'metrics:read')
  return database.tenantRead(ctx, async (tx) => {
    const span = await spanOf(tx, asked)
    const bands = await bandsOfTenant(tx)
    const known = await tx.rows(listStreams, { only: ctx.streams ? [...ctx.streams] : null })
    const everything = { id: 'all', kind: 'all' as const, name: 'Everything' }
    const streams = ctx.streams ? known : [everything, ...known]
    const of = { streams: streams.map(({ id }) => id), from: span.fromText, to: span.toText }
    const { at } = span.asOf
    const rows = at ? await tx.rows(readStreamsAsOf, { ...of, asOf: at.text }) : await tx.rows(readStreams, of)
    const byStream = new Map(rows.map((row) => [row.stream, row]))
    return {
      from: span.fromText,
      to: span.toText,
      time_zone: span.timeZone,
      bands_version: bands.version,
      as_of: newest(rows, span.now),
      streams: streams.map(({ id, kind, name }) => {
        const window = windowOfStream(byStream.get(id), span, span.now)
        return { stream: id, kind, name, deployments: window.deployments, metrics: measureBriefly(window, bands) }
      }),
    }
  })
}

/** `GET /metrics/bands`: those the tenant compares itself with. */
export function readBands(database: Database, ctx: Context): Promise<Bands> {
  requirePermission(ctx, 'metrics:read')
  return database.tenantRead(ctx, bandsOfTenant)
}
