/** The hourly run: what the last full weeks of streams have in common, computed only when those weeks changed. */
import { sha256 } from '#kernel/crypto/index.ts'
import type { Database, TenantTx } from '#kernel/database/index.ts'
import { readSetting } from '#kernel/settings/index.ts'
import type { DeliveryDoraPort } from '#modules/delivery/dora/index.ts'
import type { DeliveryFlowPort } from '#modules/delivery/flow/index.ts'
import { correlate, type Relation, type StreamSeries } from './correlate.ts'
import { definition, measures } from './measures.ts'
import { type Pair, pairsOf } from './pairs.ts'
import {
  deleteRelations,
  deleteSeries,
  insertRelations,
  insertSeries,
  listStreams,
  listTenants,
  type Run,
  readWindow,
  replaceRun,
} from './queries.ts'
import { seriesOf } from './series.ts'
import { crossStreamWeeks } from './settings.ts'

export type Deps = {
  readonly database: Database
  readonly dora: Pick<DeliveryDoraPort, 'weekly'>
  readonly flow: Pick<DeliveryFlowPort, 'weekly'>
}

/** Rows a statement. */
const rowsAtOnce = 5000

/** All tenants, one after the other; the text is the schedule's outcome. What fails for one is told after all others had their turn. */
export async function materializeCrossStream(deps: Deps): Promise<string> {
  const tenants = await deps.database.platformTx('list tenants to correlate streams', (tx) =>
    tx.rows(listTenants, undefined),
  )
  let [computed, tests] = [0, 0]
  const failures: unknown[] = []
  for (const { id } of tenants)
    try {
      const run = await materializeTenant(deps, id)
      if (run === null) continue
      computed++
      tests += run.tests
    } catch (error) {
      failures.push(error)
    }
  if (failures.length > 0)
    throw new Error(`correlations of ${failures.length} of ${tenants.length} tenants failed`, { cause: failures[0] })
  return `${computed} of ${tenants.length} tenants computed (${tests} tests), the others’ weeks had not changed`
}

type Inputs = {
  readonly streams: ReadonlyMap<string, StreamSeries>
  readonly pairs: readonly Pair[]
  readonly run: Omit<Run, 'tests' | 'insufficient'>
}

/** One tenant; null where the weeks are those of the run that is there. Done twice, or beside itself, it changes nothing more. */
export async function materializeTenant(deps: Deps, tenantId: string): Promise<Run | null> {
  const inputs = await deps.database.tenantTx({ tenantId }, (tx) => readInputs(deps, tx))
  if (!inputs) return null
  // Between the transactions: this takes seconds.
  const { relations, tests, insufficient } = await correlate(inputs.streams, inputs.pairs)
  const run = { ...inputs.run, tests, insufficient }
  const written = await deps.database.tenantTx({ tenantId }, (tx) => replace(tx, run, inputs.streams, relations), {
    statementTimeoutMs: 60_000,
  })
  return written ? run : null
}

async function readInputs({ dora, flow }: Deps, tx: TenantTx): Promise<Inputs | null> {
  const weeks = await readSetting(tx, crossStreamWeeks)
  const { from, to, timeZone, readAt, digest: before } = (await tx.row(readWindow, { weeks }))!
  const known = await tx.rows(listStreams, undefined)
  const asked = { streams: known.map(({ id }) => id), from, to }
  const streams = seriesOf(asked.streams, await dora.weekly(tx, asked), await flow.weekly(tx, asked))
  const { pairs, sharing, beyond } = pairsOf(
    known.map((stream) => ({ ...stream, known: valuesIn(streams.get(stream.id)!) })),
  )
  const inputs = JSON.stringify([definition, from, weeks, timeZone, sharing, beyond, pairs, [...streams]])
  const digest = sha256(inputs).toString('hex')
  if (digest === before) return null
  const run = { digest, definition, readAt, firstWeek: from, weeks, timeZone, streams: known.length, sharing, beyond }
  return { streams, pairs, run: { ...run, pairs: pairs.length } }
}

const valuesIn = (series: StreamSeries): number =>
  measures.reduce((sum, measure) => sum + series[measure].filter((value) => value !== null).length, 0)

/** Puts a run in the place of the one before; false where that one had read later. */
async function replace(
  tx: TenantTx,
  run: Run,
  streams: ReadonlyMap<string, StreamSeries>,
  relations: readonly Relation[],
): Promise<boolean> {
  const { tenantId } = tx
  if (!(await tx.row(replaceRun, { tenantId, run }))) return false
  await tx.run(deleteSeries, { tenantId })
  await tx.run(deleteRelations, { tenantId })
  await tx.run(insertSeries, { tenantId, streams })
  for (let at = 0; at < relations.length; at += rowsAtOnce)
    await tx.run(insertRelations, { tenantId, from: at + 1, relations: relations.slice(at, at + rowsAtOnce) })
  return true
}
