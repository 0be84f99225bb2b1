/**
 * Which deployment caused an incident. Pure. In this order: a person's word; a commit the incident names; a revert or hotfix
 * that names the incident; the newest deployment of the same service (or repository) at most a window before; the same over
 * what the streams of its Jira project own. Otherwise unattributed: listed, and no failure of any deployment.
 */
import { z } from 'zod'

export const candidate = z.object({
  id: z.number(),
  key: z.string(),
  repository: z.string(),
  service: z.string(),
  sha: z.string().nullable(),
  finishedAt: z.number(),
})
/** A deployment that counts. */
export type Candidate = z.output<typeof candidate>

export type Suspect = {
  readonly repository: string | null
  readonly service: string | null
  readonly startedAt: number
  readonly override:
    | { readonly deploymentId: number | null; readonly reason: string; readonly actor: string }
    | undefined
  /** Deployments of the commit it names, or that first contained it. */
  readonly named: readonly Candidate[]
  /** Deployments undone by a revert or hotfix that names the incident. */
  readonly undone: readonly (Candidate & { readonly confidence: number; readonly fixedBy: string })[]
  /** Repositories and services that the streams of its Jira project own. */
  readonly owned: { readonly repositories: readonly string[]; readonly services: readonly string[] }
}

export type Attribution = {
  readonly deploymentId: number | null
  readonly method: 'override' | 'sha' | 'revert' | 'service' | 'project' | null
  readonly confidence: number | null
  readonly evidence: Readonly<Record<string, unknown>>
}

/** Deployments by service and repository, each list in the order of finish. */
export type Candidates = {
  ofService(service: string): readonly Candidate[]
  ofRepository(repository: string): readonly Candidate[]
}

export function candidatesOf(deployments: readonly Candidate[]): Candidates {
  const sorted = [...deployments].sort(byAge)
  const services = Map.groupBy(sorted, ({ service }) => service)
  const repositories = Map.groupBy(sorted, ({ repository }) => repository)
  return {
    ofService: (service) => services.get(service) ?? [],
    ofRepository: (repository) => repositories.get(repository) ?? [],
  }
}

const byAge = (a: Candidate, b: Candidate): number => a.finishedAt - b.finishedAt || (a.key < b.key ? -1 : 1)

export function attribute(suspect: Suspect, candidates: Candidates, windowHours: number): Attribution {
  const { override, named, undone } = suspect
  if (override) {
    const { deploymentId, reason, actor } = override
    return { deploymentId, method: 'override', confidence: 1, evidence: { reason, actor } }
  }
  if (named.length > 0) return found(suspect, newestBefore(suspect, named), named, 'sha', 1, {})
  if (undone.length > 0) {
    const best = newestBefore(suspect, undone)
    return found(suspect, best, undone, 'revert', best.confidence, { fixed_by: best.fixedBy })
  }
  const window = { window_hours: windowHours }
  const near = within(suspect, nearby(suspect, candidates), windowHours)
  if (near.length > 0) return found(suspect, near[0]!, near, 'service', near.length === 1 ? 0.8 : 0.6, window)
  const owned = within(suspect, ownedBy(suspect, candidates), windowHours)
  if (owned.length > 0) return found(suspect, owned[0]!, owned, 'project', owned.length === 1 ? 0.4 : 0.3, window)
  return { deploymentId: null, method: null, confidence: null, evidence: window }
}

/** Where nobody named a service it is the repository's name, and then all services of the repository are meant. */
const nearby = ({ service, repository }: Suspect, candidates: Candidates): readonly (readonly Candidate[])[] => {
  const lists = service === null ? [] : [candidates.ofService(service)]
  return repository !== null && (service === null || service === repository)
    ? [...lists, candidates.ofRepository(repository)]
    : lists
}

/** Only for an incident that names nothing nearer: a named service that did not deploy was not deployed by its neighbours. */
const ownedBy = ({ service, repository, owned }: Suspect, candidates: Candidates): readonly (readonly Candidate[])[] =>
  service !== null || repository !== null
    ? []
    : [...owned.services.map(candidates.ofService), ...owned.repositories.map(candidates.ofRepository)]

/** Distinct deployments that finished at most the window before the incident started, newest first. */
function within({ startedAt }: Suspect, lists: readonly (readonly Candidate[])[], windowHours: number): Candidate[] {
  const earliest = startedAt - windowHours * 3_600_000
  const hits = new Set<Candidate>()
  for (const list of lists)
    for (let at = countUpTo(list, startedAt) - 1; at >= 0 && list[at]!.finishedAt >= earliest; at--) hits.add(list[at]!)
  return [...hits].sort((a, b) => byAge(b, a))
}

/** How many of `list` finished at `until` or before, by bisection. */
function countUpTo(list: readonly Candidate[], until: number): number {
  let low = 0
  let high = list.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (list[middle]!.finishedAt <= until) low = middle + 1
    else high = middle
  }
  return low
}

/** In the incident's own service or repository if any is; the newest that was out when it started, else the oldest. */
function newestBefore<C extends Candidate>({ service, repository, startedAt }: Suspect, among: readonly C[]): C {
  const own = among.filter((one) => one.service === service || one.repository === repository)
  const sorted = [...(own.length > 0 ? own : among)].sort(byAge)
  return sorted.findLast(({ finishedAt }) => finishedAt <= startedAt) ?? sorted[0]!
}

const maxListed = 5

const found = (
  { startedAt }: Suspect,
  best: Candidate,
  considered: readonly Candidate[],
  method: 'sha' | 'revert' | 'service' | 'project',
  confidence: number,
  more: Record<string, unknown>,
): Attribution => ({
  deploymentId: best.id,
  method,
  confidence,
  evidence: {
    ...more,
    deployment: best.key,
    seconds_after: Math.floor((startedAt - best.finishedAt) / 1000),
    candidates: considered.length,
    considered: [...considered]
      .sort((a, b) => byAge(b, a))
      .slice(0, maxListed)
      .map(({ key }) => key),
  },
})
