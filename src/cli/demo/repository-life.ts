/** One repository's life: pull requests that are written, reviewed and merged, deployments, and what breaks. */
import { afterWork, hourMs, minuteMs } from './calendar.ts'
import { fullName, type RepositoryProfile, strain, type TeamProfile, words } from './company.ts'
import {
  type Commit,
  deploymentPayload,
  deploymentStatusPayload,
  noSha,
  type PullRequest,
  pullRequestPayload,
  pushPayload,
  reviewPayload,
} from './github-payloads.ts'
import { digest, type Random } from './random.ts'
import type { Simulation } from './simulation.ts'

/** Why a pull request is written and what follows from it. */
export type Task = {
  readonly title: string
  readonly branch: string
  readonly body: string
  readonly labels: readonly string[]
  /** Repair under pressure: around the clock, reviewed at once, deployed without staging. */
  readonly urgent: boolean
  /** Second part of the commit's message. */
  readonly note?: string
  readonly mayBeDropped?: boolean
  readonly onOpened?: () => void
  readonly onMerged?: () => void
  readonly onLive?: () => void
}

export type Breakage = { readonly severity: 1 | 2 | 3; readonly title: string; readonly deployedSha: string }
/** An open incident; `resolve` closes it, `reference` names it in a pull request. */
export type Incident = { readonly reference: string; resolve(): void }
/** What the repository needs of its team. */
export type TeamHooks = { readonly team: TeamProfile; openIncident(life: RepositoryLife, breakage: Breakage): Incident }

export type RepositoryLife = {
  readonly profile: RepositoryProfile
  write(task: Task): void
  /** Takes what is on main to production, by way of staging. */
  deploy(): void
  /** Issues and pull requests share their numbers. */
  nextNumber(): number
}

type Merge = { readonly sha: string; readonly pr: PullRequest; readonly task: Task }

export function repositoryLife(
  simulation: Simulation,
  random: Random,
  seed: string,
  { team, openIncident }: TeamHooks,
  profile: RepositoryProfile,
): RepositoryLife {
  const name = fullName(profile)
  const idBase = 1_000_000_000 + (Number.parseInt(digest(name).slice(0, 4), 16) % 9000) * 100_000
  let head = noSha
  let numbers = 0
  let commits = 0
  let ids = 0
  let rolledBack = false
  let deploying = false
  /** Merged and not yet in production, oldest first. */
  const waiting: Merge[] = []
  const production: string[] = []

  const { now, plan } = simulation
  const nextNumber = () => ++numbers
  const nextId = () => idBase + ++ids
  const newCommit = (author: string, message: string, at = now()): Commit => ({
    id: digest(seed, name, 'commit', commits++).slice(0, 40),
    at,
    message,
    author,
  })
  const pressure = () => strain(team.trend, simulation.progress())
  const known = new Set<string>()
  const push = (branch: string, before: string, pushed: readonly Commit[], pusher: string) => {
    simulation.github('push', pushPayload(profile, { branch, before, commits: pushed, known, pusher }))
    for (const { id } of pushed) known.add(id)
  }

  function pushMain(pushed: readonly Commit[], pusher: string) {
    push('main', head, pushed, pusher)
    head = pushed.at(-1)!.id
  }

  function write(task: Task): void {
    const author = random.pick(team.developers)
    const later = (minutes: number) =>
      task.urgent ? now() + Math.max(minutes, 1) * minuteMs : afterWork(now(), minutes)
    const minutes = task.urgent
      ? random.around(profile.repairHours * 25)
      : random.around(profile.codingHours * 60 * pressure())
    const first = newCommit(author, `${task.title}${task.note ? `\n\n${task.note}` : ''}`)
    const written = [first]
    const baseSha = head
    push(task.branch, noSha, [first], author)
    const more = task.urgent ? 0 : random.whole(0, 3)
    const startedAt = now()
    plan(later(minutes), () => {
      const added = Array.from({ length: more }, (_, at) =>
        newCommit(author, `${task.title}: step ${at + 2}`, between(startedAt, now(), (at + 1) / (more + 1))),
      )
      written.push(...added)
      if (added.length > 0) push(task.branch, first.id, added, author)
      open()
    })

    function open() {
      let pr: PullRequest = {
        number: nextNumber(),
        title: task.title,
        body: task.body,
        branch: task.branch,
        author,
        labels: task.labels,
        baseSha,
        openedAt: now(),
        headSha: written.at(-1)!.id,
        commitCount: written.length,
        closedAt: undefined,
        mergeCommit: undefined,
        mergedBy: undefined,
      }
      const reviewer = random.pick(team.developers.filter((one) => one !== author))
      const review = (state: 'approved' | 'changes_requested') => {
        const id = nextId()
        simulation.github('pull_request_review', reviewPayload(profile, pr, { id, reviewer, state, at: now() }))
      }
      const close = (mergeCommit: string | undefined) => {
        pr = { ...pr, closedAt: now(), mergeCommit, mergedBy: mergeCommit && reviewer }
        simulation.github('pull_request', pullRequestPayload(profile, pr, 'closed', now()))
      }
      const approve = () => {
        review('approved')
        plan(later(random.around(task.urgent ? 4 : 40)), merge)
      }
      const merge = () => {
        const subject =
          profile.merge === 'squash'
            ? `${task.title} (#${pr.number})${task.note ? `\n\n${task.note}` : ''}`
            : `Merge pull request #${pr.number} from ${name.split('/')[0]}/${task.branch}\n\n${task.title}`
        const commit = newCommit(profile.merge === 'squash' ? author : reviewer, subject)
        close(commit.id)
        pushMain(profile.merge === 'squash' ? [commit] : [...written, commit], reviewer)
        waiting.push({ sha: commit.id, pr, task })
        task.onMerged?.()
        if (task.urgent) plan(now() + random.whole(3, 8) * minuteMs, () => toProduction(head, null))
        else if (profile.deploys === 'continuously') plan(afterWork(now(), random.whole(5, 20)), deploy)
      }

      simulation.github('pull_request', pullRequestPayload(profile, pr, 'opened', now()))
      task.onOpened?.()
      const wait = () => later(random.around(task.urgent ? 8 : profile.reviewHours * 60 * pressure()))
      plan(wait(), () => {
        if (task.mayBeDropped && random.chance(0.12)) return close(undefined)
        if (task.urgent || !random.chance(0.22)) return approve()
        review('changes_requested')
        plan(later(random.around(70)), () => {
          const fix = newCommit(author, `${task.title}: as reviewed`)
          push(task.branch, pr.headSha, [fix], author)
          written.push(fix)
          pr = { ...pr, headSha: fix.id, commitCount: written.length }
          simulation.github('pull_request', pullRequestPayload(profile, pr, 'synchronize', now()))
          plan(wait(), approve)
        })
      })
    }
  }

  /** Creates a deployment and tells how it ended some minutes later. */
  function ship(
    environment: 'staging' | 'production',
    sha: string,
    description: string | null,
    ended: (worked: boolean) => void,
  ) {
    const deployment = { id: nextId(), sha, environment, description, createdAt: now() }
    simulation.github('deployment', deploymentPayload(profile, deployment))
    plan(now() + random.whole(180, 700) * 1000, () => {
      const worked = !random.chance(0.03)
      const state = worked ? 'success' : 'failure'
      simulation.github('deployment_status', deploymentStatusPayload(profile, deployment, { state, at: now() }))
      ended(worked)
    })
  }

  function deploy(): void {
    if (deploying || rolledBack || waiting.length === 0) return
    deploying = true
    const sha = head
    const again = (minutes: number) => {
      deploying = false
      plan(afterWork(now(), minutes), deploy)
    }
    ship('staging', sha, null, (worked) => {
      if (!worked) return again(60)
      const soak = profile.deploys === 'continuously' ? random.whole(10, 40) : random.whole(60, 180)
      plan(afterWork(now(), soak), () => {
        // A repair may have gone live meanwhile and have taken this along.
        if (rolledBack || !waiting.some((merge) => merge.sha === sha)) return again(5)
        toProduction(sha, null)
      })
    })
  }

  function toProduction(sha: string, rollback: { live(): void } | null): void {
    ship('production', sha, rollback ? 'Rollback' : null, (worked) => {
      if (!worked) return plan(now() + random.whole(15, 50) * minuteMs, () => toProduction(sha, rollback))
      deploying = false
      production.push(sha)
      if (rollback) return rollback.live()
      const upTo = waiting.findIndex((merge) => merge.sha === sha)
      const live = waiting.splice(0, upTo + 1)
      for (const { task } of live) task.onLive?.()
      const repair = live.some(({ task }) => task.urgent)
      const share = profile.failureShare * pressure() * (repair ? 0.4 : 1)
      if (random.chance(share))
        plan(now() + Math.min(random.around(40, 1), 40 * 60) * minuteMs, () => breakDown(sha, live))
      if (waiting.length > 0 && profile.deploys === 'continuously') plan(afterWork(now(), 10), deploy)
    })
  }

  function breakDown(sha: string, live: readonly Merge[]): void {
    const severity = random.pick([1, 2, 2, 3, 3] as const)
    const title = `${random.pick(words.troubles)} in ${profile.name}`
    const incident = openIncident(life, { severity, title, deployedSha: sha })
    const resolveSoon = () => plan(now() + random.whole(5, 25) * minuteMs, () => incident.resolve())
    const begin = now() + random.around(profile.repairHours * pressure() * 0.3) * hourMs
    const number = numbers
    const repair = (urgent: boolean, onMerged: () => void, onLive: () => void) =>
      write({
        title: `Mend what broke: ${title.toLowerCase()}`,
        branch: `hotfix/${number}-${profile.name}`,
        body: `Mends ${incident.reference}.`,
        labels: urgent ? ['hotfix'] : [],
        urgent,
        onMerged,
        onLive,
      })
    const guilty = live.length > 0 ? random.pick(live) : undefined
    const previous = production.at(-2)
    const remedy = random.next()
    if (remedy < 0.25 && previous !== undefined && previous !== sha && production.at(-1) === sha)
      plan(begin, () => {
        if (production.at(-1) !== sha || deploying) return repair(true, () => undefined, resolveSoon)
        rolledBack = true
        toProduction(previous, { live: resolveSoon })
        repair(
          false,
          () => {
            rolledBack = false
          },
          () => undefined,
        )
      })
    else if (remedy < 0.6 && guilty && !guilty.task.urgent) plan(begin, () => revert(guilty, incident, resolveSoon))
    else plan(begin, () => repair(true, () => undefined, resolveSoon))
  }

  const revert = ({ sha, pr }: Merge, incident: Incident, onLive: () => void) =>
    write({
      title: `Revert "${pr.title}"`,
      branch: `revert-${pr.number}-${pr.branch}`,
      body: `Reverts ${name}#${pr.number} because of ${incident.reference}.`,
      labels: [],
      urgent: true,
      note: `This reverts commit ${sha}.`,
      onLive,
    })

  const life: RepositoryLife = { profile, write, deploy, nextNumber }
  plan(afterWork(simulation.startedAt, 5), () => {
    const first = newCommit(team.developers[0]!, 'Begin')
    pushMain([first], team.developers[0]!)
    toProduction(first.id, null)
  })
  return life
}

const between = (from: number, to: number, share: number) => Math.round((from + (to - from) * share) / 1000) * 1000
