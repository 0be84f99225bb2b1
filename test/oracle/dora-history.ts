/** Random histories for the oracle: several repositories and streams, squashes, merges, reverts, hotfixes, incidents, odd clocks. */
import { createHash } from 'node:crypto'
import type { Commit, Derived, History } from './dora-oracle.ts'

export type Random = { below(n: number): number; chance(p: number): boolean; pick<T>(of: readonly T[]): T }

/** The same numbers for the same seed (mulberry32). */
export function random(seed: number): Random {
  let state = seed
  const next = () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
  const below = (n: number) => Math.floor(next() * n)
  return { below, chance: (p) => next() < p, pick: (of) => of[below(of.length)]! }
}

export const shuffled = <T>(of: readonly T[], { below }: Random): T[] => {
  const out = [...of]
  for (let i = out.length - 1; i > 0; i--) {
    const j = below(i + 1)
    ;[out[i], out[j]] = [out[j]!, out[i]!]
  }
  return out
}

const hour = 3_600_000
/**
 * Zones and weeks in which the clock changes, at two, at midnight and back to midnight, and one where it does not. They are over: days that
 * have not begun count nowhere.
 */
export const clocks = [
  { timeZone: 'Europe/Berlin', start: Date.UTC(2025, 2, 16) },
  { timeZone: 'America/New_York', start: Date.UTC(2025, 9, 19) },
  { timeZone: 'Atlantic/Azores', start: Date.UTC(2025, 9, 12) },
  { timeZone: 'America/Havana', start: Date.UTC(2025, 9, 19) },
  { timeZone: 'Asia/Beirut', start: Date.UTC(2025, 2, 16) },
  { timeZone: 'Pacific/Apia', start: Date.UTC(2025, 5, 1) },
]

const streams: History['streams'] = [
  { id: 'web', sources: [{ kind: 'repository', value: 'acme/web' }] },
  {
    id: 'pay',
    sources: [
      { kind: 'repository', value: 'acme/pay' },
      { kind: 'service', value: 'gateway' },
      { kind: 'jira_project', value: 'pay' },
    ],
  },
  { id: 'gate', sources: [{ kind: 'service', value: 'gateway' }] },
  { id: 'tickets', sources: [{ kind: 'jira_project', value: 'tic' }] },
  { id: 'idle', sources: [] },
]

/** Ids of all streams of a random history, and everything. */
export const scopes = ['all', ...streams.map(({ id }) => id)]

/** A raw history of about six weeks, one of them empty. */
export function randomHistory(seed: number): History {
  const dice = random(seed)
  const { timeZone, start } = dice.pick(clocks)
  const history: History = { timeZone, streams, commits: [], pulls: [], deployments: [], incidents: [], byTicket: [] }
  for (const [repository, service] of [
    ['acme/web', 'acme/web'],
    ['acme/pay', 'gateway'],
    ['acme/tool', 'acme/tool'],
  ] as const)
    grow(history, dice, repository, service, start)
  addIncidents(history, dice)
  return history
}

function grow(history: History, dice: Random, repository: string, service: string, start: number) {
  let made = 0
  let number = 0
  let at = start + dice.below(48) * hour
  const sha = (kind: string) => createHash('sha1').update(`${repository} ${kind} ${made++}`).digest('hex')
  const main: Commit[] = []
  const add = (commit: Omit<Commit, 'repository'>) => {
    const full = { repository, ...commit }
    history.commits.push(full)
    return full
  }
  let hotfix = false
  for (let step = 0; step < 40; step++) {
    // About one week in six nothing happens.
    at += dice.chance(0.04) ? 200 * hour : dice.below(30) * hour + dice.below(3600) * 1000
    const head = main.at(-1)
    const parents = head ? [head.sha] : []
    const kind = dice.below(10)
    if (kind < 3 || !head) main.push(add({ sha: sha('plain'), parents, at: new Date(at - dice.below(90) * hour) }))
    else if (kind < 6) {
      const first = add({ sha: sha('branch'), parents, at: new Date(at - (20 + dice.below(80)) * hour) })
      const last = dice.chance(0.5)
        ? add({
            sha: sha('branch'),
            parents: [first.sha],
            at: new Date(first.at.getTime() + hour),
            ...(dice.chance(0.5) ? { ticket: 'TIC-8' } : {}),
          })
        : first
      // A committer's clock may be ahead: then the lead time is negative.
      const squash = add({ sha: sha('squash'), parents, at: new Date(at + (dice.chance(0.1) ? 400 : 0) * hour) })
      main.push(squash)
      hotfix = dice.chance(0.2)
      const pull = {
        repository,
        number: ++number,
        openedAt: new Date(at - 10 * hour),
        ...(dice.chance(0.7) ? { reviewedAt: new Date(at - dice.below(9) * hour) } : {}),
        mergedAt: new Date(at),
        mergeSha: squash.sha,
        headSha: last.sha,
        headRef: hotfix && dice.chance(0.5) ? 'hotfix/urgent' : 'feature/x',
        labels: hotfix && dice.chance(0.5) ? ['hotfix'] : [],
        ...(dice.chance(0.5) ? { ticket: `TIC-${step}` } : {}),
      }
      history.pulls.push(pull)
      if (pull.ticket && dice.chance(0.6)) history.byTicket.push({ repository, number: pull.number, stream: 'tickets' })
    } else if (kind < 7) main.push(mergeOf(add, sha, head, at))
    else if (kind < 8) {
      const undone = dice.pick(main)
      if (undone.parents.length < 2)
        main.push(add({ sha: sha('revert'), parents, at: new Date(at), reverts: undone.sha }))
    }
    if (dice.chance(0.45))
      deploy(history, dice, { repository, service, sha: main.at(-1)!.sha, at: at + dice.below(20) * hour })
  }
}

function mergeOf(
  add: (commit: Omit<Commit, 'repository'>) => Commit,
  sha: (kind: string) => string,
  head: Commit,
  at: number,
) {
  const side = add({ sha: sha('side'), parents: [head.sha], at: new Date(at - 5 * hour) })
  const other = add({ sha: sha('main'), parents: [head.sha], at: new Date(at - 4 * hour), ticket: 'TIC-9' })
  return add({ sha: sha('merge'), parents: [other.sha, side.sha], at: new Date(at) })
}

type Target = { repository: string; service: string; sha: string; at: number }
function deploy(history: History, dice: Random, { repository, service, sha, at }: Target) {
  const last = history.deployments.findLast((d) => d.repository === repository)
  // Releases follow each other: going back to an older commit is a rollback, which the derivation's own tests cover.
  if (last && (last.sha === sha || last.finishedAt.getTime() >= at)) return
  history.deployments.push({
    key: `${repository}-${String(history.deployments.length).padStart(4, '0')}`,
    repository,
    service,
    sha,
    ref: dice.chance(0.05) ? 'hotfix/now' : 'main',
    environment: dice.chance(0.1) ? 'staging' : 'Production',
    finishedAt: new Date(at),
    succeeded: dice.chance(0.9),
  })
}

function addIncidents(history: History, dice: Random) {
  for (let n = 0; n < 25; n++) {
    const after = dice.pick(history.deployments)
    // Early, just after, late, and too late to be of the window.
    const startedAt = new Date(after.finishedAt.getTime() + dice.pick([-30, -1, 0, 1, 5, 30, 71, 72, 73, 200]) * hour)
    const resolvedAt = dice.chance(0.8) ? new Date(startedAt.getTime() + dice.below(60) * hour) : null
    const named = dice.chance(0.25) ? { sha: after.sha } : {}
    const project = dice.chance(0.3) ? dice.pick(['PAY', 'TIC']) : null
    const repository = after.repository
    const service = dice.chance(0.5) ? after.service : null
    history.incidents.push({ key: `INC-${n}`, repository, service, project, startedAt, resolvedAt, ...named })
  }
}

/** Derived facts as no derivation would make them: every figure and owner at random, many at the edges of days. */
export function randomDerived(seed: number): Derived & { start: number } {
  const dice = random(seed)
  const { timeZone, start } = dice.pick(clocks)
  const repositories = ['acme/web', 'acme/pay', 'acme/tool']
  const services = ['acme/web', 'gateway', 'acme/tool', 'batch']
  const instant = () => new Date(start + dice.below(28 * 24 * 4) * (hour / 4) + dice.below(3) * 1000)
  const later = (at: Date) => new Date(at.getTime() + (dice.below(100) - 3) * hour)
  const deployments = Array.from({ length: 60 }, (_, n) => ({
    key: `d-${n}`,
    repository: dice.pick(repositories),
    service: dice.pick(services),
    finishedAt: instant(),
    rework: dice.chance(0.2),
  }))
  const seconds = (p: number) => (dice.chance(p) ? dice.below(300_000) - 20_000 : null)
  const changes = Array.from({ length: 150 }, () => {
    const { key, repository } = dice.pick(deployments)
    return {
      deployment: key,
      repository,
      pull: dice.chance(0.6) ? dice.below(20) : null,
      lead: dice.below(500_000) - 30_000,
      coding: seconds(0.7),
      pickup: seconds(0.6),
      review: seconds(0.5),
      deploy: seconds(0.7),
      ticketed: dice.chance(0.4),
    }
  })
  const failures = Array.from({ length: 25 }, () => {
    const { key, finishedAt } = dice.pick(deployments)
    return { deployment: key, recoveredAt: dice.chance(0.8) ? later(finishedAt) : null }
  })
  const incidents = Array.from({ length: 40 }, (_, n) => {
    const startedAt = instant()
    const resolvedAt = dice.chance(0.8) ? later(startedAt) : null
    const repository = dice.chance(0.6) ? dice.pick(repositories) : null
    const service = dice.chance(0.5) ? dice.pick(services) : null
    return {
      key: `INC-${n}`,
      repository,
      service,
      project: dice.chance(0.5) ? dice.pick(['PAY', 'Tic', 'X']) : null,
      startedAt,
      resolvedAt,
    }
  })
  const byTicket = repositories.flatMap((repository) =>
    Array.from({ length: 8 }, () => ({
      repository,
      number: dice.below(20),
      stream: dice.pick(['tickets', 'web', 'pay']),
    })),
  )
  const distinct = [...new Map(byTicket.map((link) => [JSON.stringify(link), link])).values()]
  return { timeZone, streams, byTicket: distinct, deployments, changes, failures, incidents, start }
}
