/**
 * Makes what is derived equal to the facts again. Everything here is a function of the facts alone: events may arrive in any order
 * and be processed in any batches.
 *
 * Two locks, always in this order. A repository's: while its changes are made again nobody else makes them, and after the wait
 * every statement sees what the other committed. The tenant's, short: attribution looks across repositories, so the last one
 * to look must see what all before it wrote.
 */
import type { TenantTx } from '#kernel/database/index.ts'
import type { EventLog } from '#kernel/events/index.ts'
import { publishDays } from './days.ts'
import { deriveIncidents, mergeSpans } from './derive-incidents.ts'
import { deriveRepository, type RepositoryDerived } from './derive-repository.ts'
import { type IncidentKey, relatedIncidents } from './incident-queries.ts'
import { lockNames } from './repository-queries.ts'
import { readDeriveSettings } from './settings.ts'

export type Recorded = { readonly repositories: readonly string[]; readonly incidents: readonly IncidentKey[] }

/** Derives what these facts touched, in the caller's transaction; returns a word for the log. */
export async function derive(tx: TenantTx, eventLog: EventLog, recorded: readonly Recorded[]): Promise<string> {
  const repositories = [...new Set(recorded.flatMap((one) => one.repositories))].sort()
  // Facts of work items alone: nothing here follows from them.
  if (repositories.length === 0 && recorded.every(({ incidents }) => incidents.length === 0)) return 'nothing to derive'
  const settings = await readDeriveSettings(tx)
  if (repositories.length > 0)
    await tx.run(lockNames, { names: repositories.map((name) => `delivery ${tx.tenantId} ${name}`) })
  const derived: RepositoryDerived[] = []
  for (const repository of repositories) derived.push(await deriveRepository(tx, settings, repository))

  await lockAttribution(tx)
  const deployments = derived.flatMap(({ touched }) => touched)
  const windowMs = settings.attributionWindowHours * 3_600_000
  const related =
    derived.length === 0
      ? []
      : await tx.rows(relatedIncidents, {
          deploymentIds: deployments.map(({ id }) => id),
          prefixes: [...new Set(derived.flatMap(({ prefixes }) => prefixes))],
          tickets: [...new Set(derived.flatMap(({ tickets }) => tickets))],
          spans: mergeSpans(deployments.map(({ at }) => ({ from: at, to: at + windowMs }))),
          services: [...new Set(deployments.map(({ service }) => service))],
          repositories: [...new Set(deployments.map(({ repository }) => repository))],
        })
  const keys = distinctKeys([...recorded.flatMap((one) => one.incidents), ...related])
  const incidents = await deriveIncidents(tx, settings, keys)
  const days = await publishDays(tx, eventLog, {
    deployments,
    deploymentIds: incidents.deploymentIds,
    incidents: incidents.touched,
  })
  return `${repositories.length} repositories, ${keys.length} incidents, ${days} days`
}

/** Held by whoever attributes incidents of the tenant, to the end of its transaction. */
export const lockAttribution = (tx: TenantTx): Promise<unknown> =>
  tx.run(lockNames, { names: [`delivery ${tx.tenantId}`] })

const distinctKeys = (keys: readonly IncidentKey[]): IncidentKey[] => [
  ...new Map(keys.map((one) => [`${one.source}:${one.key}`, one])).values(),
]
