/** Everything that GitHub is asked to find what its webhooks did not bring. */
import { databaseNow } from '#kernel/database/index.ts'
import { eachInTurn, note } from '../cursors.ts'
import { type Deps, pollingContext } from '../deps.ts'
import { bringIn } from '../gaps/page.ts'
import { closeGaps, failGaps, openGaps } from '../gaps/queries.ts'
import { Halt } from '../halt.ts'
import type { Reader } from '../reader.ts'
import { hooksReply, isRepositoryName, ofOrganisation, ofRepository, paths } from './api.ts'
import { deliveryPage, fetchDelivery, lookAtHook } from './hook-deliveries.ts'
import { lookAtPulls, pullsPoller } from './pull-requests.ts'
import { repositoriesToAsk } from './repository-queries.ts'
import { syncRepositories } from './sync-repositories.ts'

const hooksPoller = 'github-hooks'
/** As often is one delivery asked for; then a person has to look. */
const mostAttempts = 5
const keptDays = 3

export type GapReport = {
  repositories: number
  webhooks: number
  deliveries: number
  missing: number
  filled: number
  pulls: number
  pullsMissing: number
  /** Scopes that the token does not see, or may not. */
  unseen: string[]
}

/** Fills `report` as it goes, so that a run that halts can tell what it did. */
export async function detectGaps(deps: Deps, reader: Reader, report: GapReport): Promise<void> {
  const { database } = deps
  const { org } = deps.github!
  const now = await database.tenantTx(pollingContext, databaseNow)
  await retryOpen(deps, reader, report)
  let names = await repositoryNames(deps)
  if (org !== undefined && names.length === 0) {
    await syncRepositories(deps, reader)
    names = await repositoryNames(deps)
  }
  report.repositories = names.length
  const scopes = [...(org === undefined ? [] : [ofOrganisation(org)]), ...names.map(ofRepository)]
  const addresses = new Set(await deps.intake.gitHubAddresses.list(pollingContext))
  const failed: Halt[] = []
  await eachInTurn(database, hooksPoller, scopes, (scope) =>
    askHooks(deps, reader, scope, addresses, now, report),
  ).catch(later(failed))
  // What was just brought in shall be facts before facts are looked at, or it would be found missing a second time.
  if (report.filled > 0) await deps.intake.processQueue(undefined, deps.limits.ms)
  const byKey = new Map(names.map((name) => [name.toLowerCase(), name]))
  await eachInTurn(database, pullsPoller, [...byKey.keys()], async (key) => {
    const name = byKey.get(key)!
    const { expected, missing, filled, refused } = await lookAtPulls(deps, reader, name, now)
    report.pulls += expected
    report.pullsMissing += missing
    report.filled += filled
    if (refused !== undefined) report.unseen.push(name)
    const error = refused === undefined ? null : `GitHub answered ${refused}`
    await note(database, { poller: pullsPoller, scope: key }, { outcome: `${missing} missing`, error })
  })
  if (failed[0]) throw failed[0]
}

/** One webhook's log that fails is no reason not to look at pull requests. */
const later = (failed: Halt[]) => (error: unknown) => {
  if (!(error instanceof Halt) || error.reason !== 'failed') throw error
  failed.push(error)
}

async function repositoryNames({ database, github }: Deps): Promise<string[]> {
  const listed = github!.org !== undefined
  const rows = await database.tenantTx(pollingContext, (tx) => tx.rows(repositoriesToAsk, { listed }))
  return rows.map(({ name }) => name).filter(isRepositoryName)
}

async function askHooks(
  deps: Deps,
  reader: Reader,
  scope: string,
  addresses: ReadonlySet<string>,
  now: Date,
  report: GapReport,
) {
  const answer = await reader.get(paths.hooks(scope), hooksReply)
  const cursor = { poller: hooksPoller, scope }
  if (answer.kind !== 'ok') {
    const status = answer.kind === 'refused' ? answer.status : 304
    report.unseen.push(scope.replace(/^\/(repos|orgs)\//, ''))
    return note(deps.database, cursor, { outcome: null, error: `its webhooks are not shown (${status})` })
  }
  const ours = answer.value.filter(({ config }) => config.url !== undefined && addresses.has(config.url))
  let error: string | null = null
  for (const { id } of ours) {
    const looked = await lookAtHook(deps, reader, { scope, id }, now)
    report.webhooks++
    report.deliveries += looked.expected
    report.missing += looked.missing
    report.filled += looked.filled
    if (looked.refused !== undefined) error = `the log of webhook ${id} is not shown (${looked.refused})`
  }
  await note(deps.database, cursor, { outcome: `${ours.length} webhooks send here`, error })
}

/** What could not be had the last time, for as long as GitHub has it. */
async function retryOpen(deps: Deps, reader: Reader, report: GapReport) {
  const { database, intake } = deps
  const open = await database.tenantTx(pollingContext, (tx) =>
    tx.rows(openGaps, { source: 'github', attempts: mostAttempts, days: keptDays }),
  )
  if (open.length === 0) return
  const ids = open.map(({ deliveryId }) => deliveryId)
  const known = await intake.knownDeliveries(pollingContext, 'github', ids)
  if (known.size > 0) await close([...known])
  for (const gap of open.filter(({ deliveryId }) => !known.has(deliveryId))) {
    const found = await fetchDelivery(reader, gap)
    if (found.payload === undefined) {
      const failed = { source: 'github', ids: [gap.deliveryId], errors: [found.error ?? 'not told'] }
      await database.tenantTx(pollingContext, (tx) => tx.run(failGaps, failed))
      continue
    }
    report.filled += await bringIn(deps, deliveryPage, [{ ...found, subject: '', occurredAt: new Date(0) }])
    await close([gap.deliveryId])
  }

  function close(closed: readonly string[]) {
    return database.tenantTx(pollingContext, (tx) => tx.run(closeGaps, { source: 'github', ids: closed }))
  }
}
