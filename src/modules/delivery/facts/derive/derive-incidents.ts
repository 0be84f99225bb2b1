/** Derives incidents: what each is, which deployment caused it, and which deployments failed by that. */
import type { TenantTx } from '#kernel/database/index.ts'
import { type Attribution, attribute, type Candidate, candidatesOf, type Suspect } from './attribution.ts'
import { failureDifferences, sameJson } from './differences.ts'
import type { Failure } from './facts.ts'
import {
  type DerivedIncident,
  type IncidentKey,
  loadCandidates,
  loadCounted,
  loadIncidentEvents,
  loadIncidents,
  loadNamed,
  loadOwned,
  loadUndone,
  type Span,
  type StoredIncident,
  writeDerivedIncidents,
} from './incident-queries.ts'
import { type IncidentEvent, type IncidentState, incidentState } from './incident-state.ts'
import { deleteFailures, loadIncidentFailures, writeFailures } from './repository-queries.ts'
import type { DeriveSettings } from './settings.ts'

/** Where and when an incident counts or counted. */
export type TouchedIncident = Pick<IncidentState, 'startedAt' | 'repository' | 'service' | 'projectKey'>

export type IncidentsDerived = {
  readonly touched: readonly TouchedIncident[]
  /** Deployments that failed by an incident, or no longer do. */
  readonly deploymentIds: readonly number[]
}

/** The caller holds the tenant's lock. */
export async function deriveIncidents(
  tx: TenantTx,
  settings: DeriveSettings,
  keys: readonly IncidentKey[],
): Promise<IncidentsDerived> {
  if (keys.length === 0) return { touched: [], deploymentIds: [] }
  const stored = new Map((await tx.rows(loadIncidents, { keys })).map((row) => [idOf(row), row]))
  const events = Map.groupBy(await tx.rows(loadIncidentEvents, { keys }), idOf)
  const states = keys.flatMap((key) => {
    const id = idOf(key)
    const before = stored.get(id)
    // Facts older than their retention are gone; what was derived from them is where the others go on from.
    const known = before?.sealed ? eventsOf(before) : []
    const state = incidentState([...known, ...(events.get(id) ?? [])]) ?? before
    return state ? [{ state, stored: before }] : []
  })
  const attributions = await attributeAll(tx, settings, states)
  const derived = states.map(({ state }, at): DerivedIncident => ({ ...stateOf(state), ...attributions[at]! }))
  const changed = derived.filter((one) => differs(stored.get(idOf(one)), one))
  if (changed.length > 0) await tx.run(writeDerivedIncidents, { tenantId: tx.tenantId, incidents: changed })
  return {
    touched: changed.flatMap((one) => {
      const before = stored.get(idOf(one))
      return before ? [before, one] : [one]
    }),
    deploymentIds: await writeIncidentFailures(tx, derived),
  }
}

const idOf = ({ source, key }: IncidentKey): string => `${source}:${key}`
const stateFields = [
  'source',
  'key',
  'title',
  'severity',
  'repository',
  'service',
  'projectKey',
  'deploymentSha',
  'url',
  'startedAt',
  'resolvedAt',
  'withdrawn',
] as const satisfies readonly (keyof IncidentState)[]
const stateOf = (state: IncidentState): IncidentState =>
  Object.fromEntries(stateFields.map((field) => [field, state[field]])) as IncidentState

const compared = [...stateFields, 'deploymentId', 'method', 'confidence'] as const
const differs = (before: StoredIncident | undefined, after: DerivedIncident): boolean =>
  !before || compared.some((field) => before[field] !== after[field]) || !sameJson(before.evidence, after.evidence)

/** A stored incident as the events that would make it. */
function eventsOf(stored: StoredIncident): IncidentEvent[] {
  const { source, key, startedAt, resolvedAt, withdrawn } = stored
  const opened: IncidentEvent = { ...stored, source, key, action: 'opened', occurredAt: startedAt }
  const then = (action: 'resolved' | 'withdrawn', occurredAt: number): IncidentEvent => ({
    ...opened,
    action,
    occurredAt,
  })
  return [
    opened,
    ...(resolvedAt === null ? [] : [then('resolved', resolvedAt)]),
    ...(withdrawn ? [then('withdrawn', resolvedAt ?? startedAt)] : []),
  ]
}

type Open = { readonly state: IncidentState; readonly stored: StoredIncident | undefined }

async function attributeAll(
  tx: TenantTx,
  settings: DeriveSettings,
  all: readonly Open[],
): Promise<readonly Attribution[]> {
  const windowMs = settings.attributionWindowHours * 3_600_000
  const open = all.filter(({ stored }) => !stored?.overrideReason && !stored?.sealed).map(({ state }) => state)
  const named = await namedBy(tx, open)
  const undone = await undoneFor(tx, open)
  const owned = await ownedFor(tx, open)
  const services = new Set(open.flatMap(({ service }) => service ?? []))
  const repositories = new Set(open.flatMap(({ repository }) => repository ?? []))
  for (const { services: more, repositories: others } of owned.values()) {
    for (const service of more) services.add(service)
    for (const repository of others) repositories.add(repository)
  }
  const spans = mergeSpans(open.map(({ startedAt }) => ({ from: startedAt - windowMs, to: startedAt })))
  const candidates = candidatesOf(
    spans.length === 0
      ? []
      : await tx.rows(loadCandidates, { spans, services: [...services], repositories: [...repositories] }),
  )
  return all.map(({ state, stored }) => {
    if (stored?.sealed && !stored.overrideReason) {
      const { deploymentId, method, confidence, evidence } = stored
      return { deploymentId, method, confidence, evidence }
    }
    const suspect: Suspect = {
      repository: state.repository,
      service: state.service,
      startedAt: state.startedAt,
      override: stored?.overrideReason
        ? {
            deploymentId: stored.overrideDeploymentId,
            reason: stored.overrideReason,
            actor: stored.overrideActor ?? '',
          }
        : undefined,
      named: named.get(state.deploymentSha ?? '') ?? [],
      undone: undone.get(state.key) ?? [],
      owned: owned.get(state.projectKey?.toLowerCase() ?? '') ?? { repositories: [], services: [] },
    }
    return attribute(suspect, candidates, settings.attributionWindowHours)
  })
}

async function namedBy(tx: TenantTx, open: readonly IncidentState[]): Promise<Map<string, Candidate[]>> {
  const shas = distinct(open.flatMap(({ deploymentSha }) => deploymentSha ?? [])).filter((sha) => sha.length >= 7)
  return shas.length === 0 ? new Map() : Map.groupBy(await tx.rows(loadNamed, { shas }), (row) => row.named)
}

const undoneConfidence: Readonly<Record<string, number>> = { revert: 0.9, hotfix: 0.7 }

async function undoneFor(
  tx: TenantTx,
  open: readonly IncidentState[],
): Promise<Map<string, Suspect['undone'][number][]>> {
  // Commits and pull requests name Jira's keys; GitHub's contain a slash.
  const tickets = distinct(open.map(({ key }) => key).filter((key) => !key.includes('/')))
  if (tickets.length === 0) return new Map()
  const rows = await tx.rows(loadUndone, { tickets })
  const sorted = rows.sort((a, b) => (a.fixedBy < b.fixedBy ? -1 : 1))
  return new Map(
    [...Map.groupBy(sorted, ({ ticket }) => ticket)].map(([ticket, found]) => {
      // A revert names what failed; a hotfix only follows it.
      const reverts = found.filter(({ cause }) => cause === 'revert')
      const best = reverts.length > 0 ? reverts : found
      return [ticket, best.map((row) => ({ ...row, confidence: undoneConfidence[row.cause]! }))]
    }),
  )
}

async function ownedFor(tx: TenantTx, open: readonly IncidentState[]): Promise<Map<string, Suspect['owned']>> {
  const lost = open.filter(({ service, repository }) => service === null && repository === null)
  const projects = distinct(lost.flatMap(({ projectKey }) => projectKey?.toLowerCase() ?? []))
  if (projects.length === 0) return new Map()
  const rows = Map.groupBy(await tx.rows(loadOwned, { projects }), ({ project }) => project)
  const valuesOf = (all: readonly { kind: string; value: string }[], kind: string) =>
    all.filter((row) => row.kind === kind).map(({ value }) => value)
  return new Map(
    [...rows].map(([project, all]) => [
      project,
      { repositories: valuesOf(all, 'repository'), services: valuesOf(all, 'service') },
    ]),
  )
}

const distinct = (values: readonly string[]): string[] => [...new Set(values)]

/** Overlapping spans as one, in order. */
export function mergeSpans(spans: readonly Span[]): Span[] {
  const merged: { from: number; to: number }[] = []
  for (const span of [...spans].sort((a, b) => a.from - b.from)) {
    const last = merged.at(-1)
    if (last && span.from <= last.to) last.to = Math.max(last.to, span.to)
    else merged.push({ ...span })
  }
  return merged
}

/** The deployments whose failures by these incidents came, went or changed. */
async function writeIncidentFailures(tx: TenantTx, incidents: readonly DerivedIncident[]): Promise<number[]> {
  const blamed = incidents.filter(({ deploymentId, withdrawn }) => deploymentId !== null && !withdrawn)
  const ids = [...new Set(blamed.map(({ deploymentId }) => deploymentId!))]
  const counted = new Map(ids.length === 0 ? [] : (await tx.rows(loadCounted, { ids })).map((row) => [row.id, row]))
  const wanted = blamed.flatMap((incident): Failure[] => {
    const { deploymentId, resolvedAt, method, confidence } = incident
    if (!counted.has(deploymentId!)) return []
    const evidence = { source: incident.source, key: incident.key, title: incident.title, ...incident.evidence }
    return [
      {
        deploymentId: deploymentId!,
        cause: 'incident',
        causeKey: idOf(incident),
        recoveredAt: resolvedAt,
        method: method!,
        confidence: confidence!,
        evidence,
      },
    ]
  })
  const stored = await tx.rows(loadIncidentFailures, { keys: incidents.map(idOf) })
  const { put, gone, replaced } = failureDifferences(stored, wanted)
  if (gone.length > 0) await tx.run(deleteFailures, { failures: gone })
  if (put.length > 0) await tx.run(writeFailures, { tenantId: tx.tenantId, failures: put })
  return [...new Set([...put, ...gone, ...replaced].map(({ deploymentId }) => deploymentId))]
}
