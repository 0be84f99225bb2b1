import { deepEqual } from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { deriveChanges } from './changes.ts'
import { byFinish, type CommitFact, type CountedDeployment, type PullRequestFact } from './facts.ts'
import { deriveFailures } from './failures.ts'
import { at, commit, deployment, pullRequest, shaOf } from './test-facts.ts'

const labels = ['hotfix', 'Rework']
function derive(commits: CommitFact[], deployments: CountedDeployment[], pullRequests: PullRequestFact[] = []) {
  const sorted = [...deployments].sort(byFinish)
  const { changes, deploymentOf } = deriveChanges({ commits, deployments: sorted, imported: [], pullRequests })
  const { failures, rework } = deriveFailures({
    deployments: sorted,
    changes,
    commits,
    deploymentOf,
    pullRequests,
    reworkLabels: labels,
  })
  return {
    failed: failures.map((one) => `${one.deploymentId} ${one.cause} ${(one.recoveredAt! - at(0)) / 60_000}`).sort(),
    rework: Object.fromEntries([...rework].sort()),
  }
}
const nothing = { failed: [], rework: {} }
const line = 'abcdef'.split('').map((name, n, all) => commit(name, n === 0 ? [] : [all[n - 1]!], n))
const deploys = (shas: string, more: Partial<CountedDeployment>[] = []) =>
  shas.split('').map((sha, n) => deployment(n + 1, sha, (n + 1) * 10, more[n] ?? {}))

test('[D3] a commit that reverts what an earlier deployment shipped makes that one failed and this one rework', () => {
  const commits = [...line.slice(0, 3), commit('r', ['c'], 25, { reverts: shaOf('b') })]
  deepEqual(derive(commits, deploys('abcr')), { failed: ['2 revert 40'], rework: { 4: 'revert' } })
  const short = [...line.slice(0, 3), commit('r', ['c'], 25, { reverts: shaOf('b').slice(0, 8) })]
  deepEqual(
    derive(short, deploys('abcr')).failed,
    ['2 revert 40'],
    'an abbreviated sha that is unambiguous names it too',
  )
})

test('[D3] a revert within one deployment, of an unknown commit or of a revert is no failure', () => {
  const reverting = (reverts: string) => [...line.slice(0, 3), commit('r', ['c'], 25, { reverts })]
  deepEqual(derive(reverting(shaOf('c')), [deployment(1, 'b', 10), deployment(2, 'r', 30)]), nothing)
  deepEqual(derive(reverting(shaOf('zz')), deploys('abcr')), nothing)
  const again = [...reverting(shaOf('b')), commit('s', ['r'], 35, { reverts: shaOf('r') })]
  deepEqual(derive(again, deploys('abcrs')), { failed: ['2 revert 40'], rework: { 4: 'revert' } })
})

const rollbacks: [string, string, { failed: string[]; rework: Record<string, string> }][] = [
  ['going back fails what came after', 'aba', { failed: ['2 rollback 30'], rework: { 3: 'rollback' } }],
  ['all that came after', 'abca', { failed: ['2 rollback 40', '3 rollback 40'], rework: { 4: 'rollback' } }],
  ['running the same again is nothing', 'aabb', nothing],
  ['going forward again is nothing', 'abab', { failed: ['2 rollback 30'], rework: { 3: 'rollback' } }],
  [
    'a second rollback fails only what came since',
    'abaca',
    { failed: ['2 rollback 30', '4 rollback 50'], rework: { 3: 'rollback', 5: 'rollback' } },
  ],
  [
    'going back further',
    'abcba',
    { failed: ['2 rollback 50', '3 rollback 40', '4 rollback 50'], rework: { 4: 'rollback', 5: 'rollback' } },
  ],
]
for (const [title, shas, expected] of rollbacks)
  test(`[D3] rollback: ${title} (${shas})`, () => deepEqual(derive([], deploys(shas)), expected))

test('[D3] rollbacks and hotfixes stay on their line: one service in one environment', () => {
  deepEqual(derive([], deploys('aba', [{}, {}, { service: 'other' }])), nothing)
  deepEqual(derive([], deploys('aba', [{}, {}, { environment: 'live' }])), nothing)
  deepEqual(derive([], deploys('ab', [{ service: 'other' }, { ref: 'hotfix/x' }])), {
    failed: [],
    rework: { 2: 'hotfix' },
  })
})

test('[D3] a hotfix, by ref, branch or label, says that the deployment before it failed', () => {
  const pulls = (more: Partial<PullRequestFact>) => [
    pullRequest(5, { mergedAt: at(15), mergeCommitSha: shaOf('b'), ...more }),
  ]
  deepEqual(derive(line, deploys('abc', [{}, { ref: 'v1.2.3-Hotfix' }])), {
    failed: ['1 hotfix 20'],
    rework: { 2: 'hotfix' },
  })
  deepEqual(derive(line, deploys('abc'), pulls({ headRef: 'hotfix/cart' })), {
    failed: ['1 hotfix 20'],
    rework: { 2: 'hotfix' },
  })
  deepEqual(derive(line, deploys('abc'), pulls({ labels: ['REWORK'] })), {
    failed: ['1 hotfix 20'],
    rework: { 2: 'label' },
  })
  deepEqual(derive(line, deploys('abc'), pulls({ labels: ['feature'] })), nothing)
  const twice = [{}, { ref: 'hotfix/x' }, { ref: 'hotfix/x' }]
  deepEqual(
    derive(line, deploys('abb', twice)),
    { failed: ['1 hotfix 20'], rework: { 2: 'hotfix' } },
    'the same again repairs nothing more',
  )
})

test('[D3] a revert on a hotfix branch blames what it names, not the deployment before it', () => {
  const commits = [...line.slice(0, 3), commit('r', ['c'], 25, { reverts: shaOf('a') })]
  deepEqual(derive(commits, deploys('abcr', [{}, {}, {}, { ref: 'hotfix/x' }])), {
    failed: ['1 revert 40'],
    rework: { 4: 'revert' },
  })
})

test('[D3] rollbacks of random sequences: what is live decides what failed', () => {
  /** Going back fails whatever newer ran since the last time of what is gone back to, once. */
  const naive = (shas: readonly string[]) => {
    const failed = new Set<number>()
    for (const [turn, sha] of shas.entries()) {
      const replaced = shas[turn - 1]
      if (replaced === undefined || shas.indexOf(sha) >= shas.indexOf(replaced)) continue
      for (let one = shas.lastIndexOf(sha, turn - 1) + 1; one < turn; one++)
        if (shas.indexOf(shas[one]!) > shas.indexOf(sha)) failed.add(one + 1)
    }
    return [...failed].sort((a, b) => a - b)
  }
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...'abcd'), { maxLength: 14 }), (shas) => {
      const failed = derive([], deploys(shas.join(''))).failed.map((one) => Number.parseInt(one, 10))
      deepEqual(
        failed.sort((a, b) => a - b),
        naive(shas),
      )
    }),
    { numRuns: 500 },
  )
})
