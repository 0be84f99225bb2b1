/**
 * Which deployments needed remediation by what shipped after them, and which were that remediation. Pure. Incidents are not
 * looked at here: they reach across repositories (`attribution.ts`).
 *
 * - revert: a later deployment undoes a commit that an earlier one shipped. Undoing a revert ships again and is no failure.
 * - rollback: a deployment goes back to a commit its line had before; what came after that one had failed.
 * - hotfix, label: a deployment says that it repairs; then the one before it on its line is taken to have failed.
 *
 * What a sealed deployment repaired stands in what is stored: facts that told it are purged, and the rest would tell it wrong.
 *
 * A line is what one service of one repository runs in one environment.
 */
import type { Change, CommitFact, CountedDeployment, Failure, PullRequestFact, ReworkReason } from './facts.ts'

export type FailuresInput = {
  /** In the order of `byFinish`, of one repository. */
  readonly deployments: readonly CountedDeployment[]
  /** All changes of these deployments, imported ones too. */
  readonly changes: readonly Pick<Change, 'sha' | 'deploymentId' | 'prNumber'>[]
  readonly commits: readonly CommitFact[]
  deploymentOf(sha: string): number | undefined
  readonly pullRequests: readonly PullRequestFact[]
  readonly reworkLabels: readonly string[]
}

export type DerivedFailures = {
  readonly failures: readonly Failure[]
  readonly rework: ReadonlyMap<number, ReworkReason>
}

export function deriveFailures(input: FailuresInput): DerivedFailures {
  const rework = new Map<number, ReworkReason>()
  const failures = revertFailures(input, rework)
  const repairs = findRepairs(input)
  const lines = Map.groupBy(input.deployments, (one) => `${one.service}\n${one.environment.toLowerCase()}`)
  for (const line of lines.values())
    failures.push(...rollbackFailures(line, rework), ...hotfixFailures(line, repairs, rework))
  return { failures, rework }
}

function revertFailures(input: FailuresInput, rework: Map<number, ReworkReason>): Failure[] {
  const reverting = input.commits.filter(({ reverts }) => reverts !== null)
  if (reverting.length === 0) return []
  const turn = new Map(input.deployments.map(({ id }, at) => [id, at]))
  const reverts = reverting.map(({ sha }) => sha)
  const pulls = new Map(input.pullRequests.map((pr) => [pr.number, pr]))
  const numbers = new Map(input.changes.map(({ sha, prNumber }) => [sha, prNumber]))
  const found: Failure[] = []
  for (const commit of reverting) {
    const failed = turn.get(input.deploymentOf(commit.reverts!) ?? 0)
    const fixed = turn.get(input.deploymentOf(commit.sha) ?? 0)
    if (failed === undefined || fixed === undefined || failed >= fixed) continue
    if (reverts.some((sha) => sha.startsWith(commit.reverts!))) continue
    const fix = input.deployments[fixed]!
    if (fix.sealed) continue
    const pr = pulls.get(numbers.get(commit.sha) ?? 0)
    rework.set(fix.id, 'revert')
    found.push({
      deploymentId: input.deployments[failed]!.id,
      cause: 'revert',
      causeKey: commit.sha,
      recoveredAt: fix.finishedAt,
      method: 'revert-commit',
      confidence: 0.95,
      evidence: {
        reverts: commit.reverts,
        fixed_by: fix.key,
        tickets: [...new Set([...words(commit.tickets), ...(pr?.tickets ?? [])])].sort(),
      },
    })
  }
  return found
}

const words = (text: string): string[] => (text === '' ? [] : text.split(' '))

function rollbackFailures(line: readonly CountedDeployment[], rework: Map<number, ReworkReason>): Failure[] {
  /** First and latest turn at which the line ran a commit. */
  const first = new Map<string, number>()
  const latest = new Map<string, number>()
  const found: Failure[] = []
  /** Turns that were rolled back: they recovered then, not when something goes back further. */
  const undone = new Set<number>()
  let previous: string | undefined
  for (const [turn, deployment] of line.entries()) {
    const { sha } = deployment
    if (sha === null) continue
    // A sealed rollback went back to a turn that is purged: what it runs is older than all that is left before it.
    if (deployment.sealed && deployment.reworkReason === 'rollback' && !first.has(sha)) first.set(sha, -1)
    const before = latest.get(sha)
    const rank = first.get(sha)
    // Older than what it replaces: going forward again to what was rolled back is not going back.
    if (before !== undefined && rank !== undefined && previous !== undefined && rank < first.get(previous)!) {
      for (let between = before + 1; between < turn; between++) {
        const failed = line[between]!
        if (failed.sha === null || first.get(failed.sha)! <= rank || undone.has(between)) continue
        undone.add(between)
        if (deployment.sealed) continue
        found.push({
          deploymentId: failed.id,
          cause: 'rollback',
          causeKey: deployment.key,
          recoveredAt: deployment.finishedAt,
          method: 'earlier-commit-redeployed',
          confidence: 0.9,
          evidence: { sha, back_to: line[before]!.key, fixed_by: deployment.key },
        })
      }
      if (!rework.has(deployment.id)) rework.set(deployment.id, 'rollback')
    }
    if (rank === undefined) first.set(sha, turn)
    latest.set(sha, turn)
    previous = sha
  }
  return found
}

type Repair = { readonly reason: 'hotfix' | 'label'; readonly pr: PullRequestFact }
const saysHotfix = /hotfix/i

/** Deployments that ship a pull request made to repair; of several the lowest number, one from a hotfix branch first. */
function findRepairs({ changes, pullRequests, reworkLabels }: FailuresInput): Map<number, Repair> {
  const labels = new Set(reworkLabels.map((label) => label.toLowerCase()))
  const repairs = new Map<number, Repair>()
  for (const pr of pullRequests) {
    if (saysHotfix.test(pr.headRef ?? '')) repairs.set(pr.number, { reason: 'hotfix', pr })
    else if (pr.labels.some((label) => labels.has(label.toLowerCase()))) repairs.set(pr.number, { reason: 'label', pr })
  }
  const shipped = new Map<number, Repair>()
  for (const { deploymentId, prNumber } of changes) {
    const repair = repairs.get(prNumber ?? 0)
    if (!repair) continue
    const known = shipped.get(deploymentId)
    if (!known || rankOf(repair) < rankOf(known)) shipped.set(deploymentId, repair)
  }
  return shipped
}

const rankOf = ({ reason, pr }: Repair): number => (reason === 'hotfix' ? 0 : 2 ** 31) + pr.number

function hotfixFailures(
  line: readonly CountedDeployment[],
  repairs: ReadonlyMap<number, Repair>,
  rework: Map<number, ReworkReason>,
): Failure[] {
  const found: Failure[] = []
  for (const [turn, deployment] of line.entries()) {
    const previous = line[turn - 1]
    if (deployment.sealed) continue
    const repair = repairs.get(deployment.id)
    const reason = saysHotfix.test(deployment.ref ?? '') ? 'hotfix' : repair?.reason
    // A revert or rollback names what failed better than a guess, and running the same again is not a second repair.
    if (!reason || rework.has(deployment.id) || (previous && previous.sha !== null && previous.sha === deployment.sha))
      continue
    rework.set(deployment.id, reason)
    if (!previous) continue
    found.push({
      deploymentId: previous.id,
      cause: 'hotfix',
      causeKey: deployment.key,
      recoveredAt: deployment.finishedAt,
      method: reason === 'hotfix' ? 'hotfix-branch' : 'rework-label',
      confidence: 0.5,
      evidence: {
        ref: deployment.ref,
        pr_number: repair?.pr.number ?? null,
        fixed_by: deployment.key,
        tickets: [...(repair?.pr.tickets ?? [])].sort(),
      },
    })
  }
  return found
}
