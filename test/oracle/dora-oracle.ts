/**
 * A second, slow and plain way from facts to the five metrics, to check the product against. It shares no code with `src` and
 * takes no short cuts: ancestors are sets, percentiles sort, days are asked of Intl, and everything is computed from all facts.
 * Written from reference/features.md §11.1 and docs/metrics.md.
 */
export type Commit = {
  sha: string
  repository: string
  parents: string[]
  at: Date
  reverts?: string
  ticket?: string
}
export type PullRequest = {
  repository: string
  number: number
  openedAt: Date
  reviewedAt?: Date
  mergedAt: Date
  /** The commit that the merge made. */
  mergeSha: string
  headSha: string
  headRef: string
  labels: string[]
  ticket?: string
}
export type Deployment = {
  key: string
  repository: string
  service: string
  sha: string
  ref: string
  environment: string
  finishedAt: Date
  succeeded: boolean
}
export type Incident = {
  key: string
  repository: string | null
  service: string | null
  project: string | null
  startedAt: Date
  resolvedAt: Date | null
  /** A commit that it says caused it. */
  sha?: string
}
export type Stream = { id: string; sources: { kind: 'repository' | 'service' | 'jira_project'; value: string }[] }
export type History = {
  timeZone: string
  streams: Stream[]
  commits: Commit[]
  pulls: PullRequest[]
  deployments: Deployment[]
  incidents: Incident[]
  /** Pull requests that belong to a stream by a ticket. */
  byTicket: { repository: string; number: number; stream: string }[]
}

/** What follows from a history; `deployment` is always a deployment's key. */
export type Derived = {
  timeZone: string
  streams: Stream[]
  byTicket: History['byTicket']
  deployments: { key: string; repository: string; service: string; finishedAt: Date; rework: boolean }[]
  changes: {
    deployment: string
    repository: string
    pull: number | null
    lead: number
    coding: number | null
    pickup: number | null
    review: number | null
    deploy: number | null
    ticketed: boolean
  }[]
  failures: { deployment: string; recoveredAt: Date | null }[]
  incidents: Incident[]
}

const seconds = (from: Date, to: Date) => Math.floor((to.getTime() - from.getTime()) / 1000)
const stage = (from: Date | undefined, to: Date | undefined) => (from && to && to >= from ? seconds(from, to) : null)
const attributionHours = 72

export function derive(history: History): Derived {
  const deployments = history.deployments
    .filter((d) => d.succeeded && d.environment.toLowerCase() === 'production')
    .sort((a, b) => a.finishedAt.getTime() - b.finishedAt.getTime() || (a.key < b.key ? -1 : 1))
  const commitOf = (repository: string, sha: string) =>
    history.commits.find((commit) => commit.repository === repository && commit.sha === sha)

  function ancestors(repository: string, sha: string, into = new Set<string>()): Set<string> {
    const commit = commitOf(repository, sha)
    if (!commit || into.has(sha)) return into
    into.add(sha)
    for (const parent of commit.parents) ancestors(repository, parent, into)
    return into
  }

  /** The first deployment that contains a commit. */
  const reach = new Map(deployments.map((d) => [d.key, ancestors(d.repository, d.sha)]))
  const firstWith = (repository: string, sha: string) =>
    deployments.find((d) => d.repository === repository && reach.get(d.key)!.has(sha))

  const changes: Derived['changes'] = []
  const shippedPulls: { deployment: string; pull: PullRequest }[] = []
  for (const commit of history.commits) {
    const deployment = firstWith(commit.repository, commit.sha)
    if (!deployment || commit.parents.length > 1) continue
    const pull = history.pulls.find((pr) => pr.repository === commit.repository && pr.mergeSha === commit.sha)
    let committedAt = commit.at
    let branchNames = false
    if (pull) {
      shippedPulls.push({ deployment: deployment.key, pull })
      // Squashed: its own commits never went live, and the first of them is when the work was committed.
      const own = [...ancestors(pull.repository, pull.headSha)].filter((sha) => !firstWith(pull.repository, sha))
      const times = own.map((sha) => commitOf(pull.repository, sha)!.at.getTime())
      committedAt = times.length > 0 ? new Date(Math.min(...times)) : pull.openedAt
      branchNames = own.some((sha) => commitOf(pull.repository, sha)!.ticket !== undefined)
    }
    changes.push({
      deployment: deployment.key,
      repository: commit.repository,
      pull: pull?.number ?? null,
      lead: seconds(committedAt, deployment.finishedAt),
      coding: stage(committedAt, pull?.openedAt),
      pickup: stage(pull?.openedAt, pull?.reviewedAt),
      review: stage(pull?.reviewedAt, pull?.mergedAt),
      deploy: stage(pull?.mergedAt, deployment.finishedAt),
      ticketed: commit.ticket !== undefined || pull?.ticket !== undefined || branchNames,
    })
  }

  const rework = new Set<string>()
  const failures: Derived['failures'] = []
  const revertCommits = history.commits.filter((commit) => commit.reverts !== undefined)
  for (const revert of revertCommits) {
    const failed = firstWith(revert.repository, revert.reverts!)
    const fix = firstWith(revert.repository, revert.sha)
    const ofRevert = revertCommits.some(
      (other) => other.repository === revert.repository && other.sha === revert.reverts,
    )
    if (!failed || !fix || ofRevert || deployments.indexOf(failed) >= deployments.indexOf(fix)) continue
    failures.push({ deployment: failed.key, recoveredAt: fix.finishedAt })
    rework.add(fix.key)
  }
  for (const fix of deployments) {
    const pulls = shippedPulls.filter(({ deployment }) => deployment === fix.key).map(({ pull }) => pull)
    const repairs =
      /hotfix/i.test(fix.ref) || pulls.some((pull) => /hotfix/i.test(pull.headRef) || pull.labels.includes('hotfix'))
    if (!repairs || rework.has(fix.key)) continue
    const line = deployments.filter((d) => d.repository === fix.repository && d.service === fix.service)
    const before = line[line.indexOf(fix) - 1]
    if (before?.sha === fix.sha) continue
    rework.add(fix.key)
    if (before) failures.push({ deployment: before.key, recoveredAt: fix.finishedAt })
  }
  for (const incident of history.incidents) {
    const cause = causeOf(incident)
    if (cause) failures.push({ deployment: cause.key, recoveredAt: incident.resolvedAt })
  }

  function causeOf(incident: Incident): Deployment | undefined {
    if (incident.sha) {
      const named = deployments.filter(
        (d) => d.sha === incident.sha || firstWith(d.repository, incident.sha!)?.key === d.key,
      )
      const own = named.filter((d) => d.repository === incident.repository || d.service === incident.service)
      const among = own.length > 0 ? own : named
      if (among.length > 0) return among.findLast((d) => d.finishedAt <= incident.startedAt) ?? among[0]
    }
    const earliest = incident.startedAt.getTime() - attributionHours * 3_600_000
    return deployments.findLast(
      (d) =>
        (incident.service === null ? d.repository === incident.repository : d.service === incident.service) &&
        d.finishedAt <= incident.startedAt &&
        d.finishedAt.getTime() >= earliest,
    )
  }

  const { timeZone, streams, byTicket, incidents } = history
  const counted = deployments.map((d) => ({ ...d, rework: rework.has(d.key) }))
  return { timeZone, streams, byTicket, deployments: counted, changes, failures, incidents }
}

type Percentiles = { p50: number | null; p75: number | null; p90: number | null; n: number }
const percentiles = (values: number[]): Percentiles => {
  const sorted = [...values].sort((a, b) => a - b)
  const at = (percent: number) => sorted[Math.ceil((percent * sorted.length) / 100) - 1] ?? null
  return { p50: at(50), p75: at(75), p90: at(90), n: sorted.length }
}
const ratio = (part: number, whole: number) => (whole === 0 ? null : part / whole)

export type Figures = Record<
  string,
  { value: number | null; n: number; coverage: number | null; details: Record<string, number | null | Percentiles> }
>

/** The five metrics of one stream (or `all`) over the days `from`…`to`, both included; ages until `now`. */
export function figures(derived: Derived, stream: string, from: string, to: string, now: Date): Figures {
  const formats = new Intl.DateTimeFormat('en-CA', { timeZone: derived.timeZone, dateStyle: 'short' })
  const dayOf = (at: Date) => formats.format(at)
  const inWindow = (at: Date) => dayOf(at) >= from && dayOf(at) <= to
  const sources = derived.streams.find(({ id }) => id === stream)?.sources ?? []
  const owns = (thing: { repository: string | null; service: string | null; project?: string | null }) =>
    stream === 'all' ||
    sources.some(
      ({ kind, value }) =>
        (kind === 'repository' && value === thing.repository) ||
        (kind === 'service' && value === thing.service) ||
        (kind === 'jira_project' && value === thing.project?.toLowerCase()),
    )
  const linked = (change: Derived['changes'][number]) =>
    derived.byTicket.some((l) => l.stream === stream && l.repository === change.repository && l.number === change.pull)

  const changesOf = (d: Derived['deployments'][number]) =>
    derived.changes.filter((change) => change.deployment === d.key && (owns(d) || linked(change)))
  const deployments = derived.deployments.filter((d) => inWindow(d.finishedAt) && (owns(d) || changesOf(d).length > 0))
  const changes = deployments.flatMap(changesOf)
  const kept = changes.filter(({ lead }) => lead >= 0)
  const stages = (of: (change: Derived['changes'][number]) => number | null) =>
    percentiles(changes.map(of).filter((value) => value !== null && value >= 0) as number[])

  const failed = deployments.filter((d) => derived.failures.some((f) => f.deployment === d.key))
  const recovery = failed.map((d) => {
    const times = derived.failures.filter((f) => f.deployment === d.key).map((f) => f.recoveredAt)
    if (times.some((time) => time === null)) return null
    const took = seconds(d.finishedAt, new Date(Math.max(...times.map((time) => time!.getTime()))))
    return took < 0 ? null : took
  })
  const recovered = percentiles(recovery.filter((took) => took !== null))
  const open = failed.filter((_, at) => recovery[at] === null).map((d) => d.finishedAt.getTime())
  const incidents = derived.incidents.filter((i) => inWindow(i.startedAt) && owns(i))
  const unresolved = incidents.filter((i) => i.resolvedAt === null).map((i) => i.startedAt.getTime())
  const age = (times: number[]) => (times.length === 0 ? null : Math.max(0, seconds(new Date(Math.min(...times)), now)))

  const withDeployment = new Set(deployments.map((d) => dayOf(d.finishedAt)))
  const days = daysBetween(from, to)
  const weeks = wholeWeeks(days).map((week) => week.filter((day) => withDeployment.has(day)).length)
  const scaled = (withDeployment.size * 7) / days.length
  const n = deployments.length
  const { p50, p75, p90 } = percentiles(kept.map(({ lead }) => lead))
  const known = deployments.filter((d) => changesOf(d).length > 0).length
  return {
    deployment_frequency: {
      value: n === 0 ? null : weeks.length === 0 ? scaled : percentiles(weeks).p50,
      n,
      coverage: null,
      details: {
        deployments: n,
        deployments_per_day: n / days.length,
        deployment_days: withDeployment.size,
        weeks: weeks.length,
        ticketed_share: ratio(deployments.filter((d) => changesOf(d).some((c) => c.ticketed)).length, n),
      },
    },
    change_lead_time: {
      value: p50,
      n: kept.length,
      coverage: ratio(known, n),
      details: {
        p75,
        p90,
        dropped_negative: changes.length - kept.length,
        deployments_with_changes: known,
        coding: stages((c) => c.coding),
        pickup: stages((c) => c.pickup),
        review: stages((c) => c.review),
        deploy: stages((c) => c.deploy),
      },
    },
    change_failure_rate: {
      value: ratio(failed.length, n),
      n,
      coverage: null,
      details: { failed: failed.length, deployments: n },
    },
    failed_deployment_recovery_time: {
      value: recovered.p50,
      n: recovered.n,
      coverage: ratio(recovered.n, failed.length),
      details: {
        p75: recovered.p75,
        p90: recovered.p90,
        failed: failed.length,
        unrecovered: open.length,
        oldest_unrecovered_seconds: age(open),
        mttr_2021: percentiles(
          incidents.flatMap((i) =>
            i.resolvedAt && i.resolvedAt >= i.startedAt ? [seconds(i.startedAt, i.resolvedAt)] : [],
          ),
        ),
        incidents: incidents.length,
        unresolved: unresolved.length,
        oldest_unresolved_seconds: age(unresolved),
      },
    },
    deployment_rework_rate: {
      value: ratio(deployments.filter((d) => d.rework).length, n),
      n,
      coverage: null,
      details: { rework: deployments.filter((d) => d.rework).length, deployments: n },
    },
  }
}

function daysBetween(from: string, to: string): string[] {
  const days: string[] = []
  for (
    const at = new Date(`${from}T12:00:00Z`);
    at.toISOString().slice(0, 10) <= to;
    at.setUTCDate(at.getUTCDate() + 1)
  )
    days.push(at.toISOString().slice(0, 10))
  return days
}

/** Monday to Sunday, only where all seven days are there. */
function wholeWeeks(days: string[]): string[][] {
  const weeks: string[][] = []
  for (let at = 0; at + 7 <= days.length; at++)
    if (new Date(`${days[at]}T12:00:00Z`).getUTCDay() === 1) weeks.push(days.slice(at, at + 7))
  return weeks
}
