import { deepEqual, equal, ok } from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type ChangesInput, deriveChanges } from './changes.ts'
import { byFinish, type CommitFact, type CountedDeployment } from './facts.ts'
import { at, commit, deployment, pullRequest, shaOf } from './test-facts.ts'

const derive = (input: Partial<ChangesInput>) =>
  deriveChanges({ commits: [], deployments: [], imported: [], pullRequests: [], ...input })
/** Names of the commits each deployment shipped. */
const shipped = (input: Partial<ChangesInput>) => {
  const names = new Map<string, string>()
  for (const name of 'abcdefghijklmnopqrstuvwxyzSM') names.set(shaOf(name), name)
  const found: Record<string, string> = {}
  for (const { sha, deploymentId } of derive(input).changes)
    found[deploymentId] = [...(found[deploymentId] ?? ''), names.get(sha) ?? sha].sort().join('')
  return found
}

const line = [commit('a'), commit('b', ['a'], 1), commit('c', ['b'], 2), commit('d', ['c'], 3)]

const cases: [string, Partial<ChangesInput>, Record<string, string>][] = [
  [
    'each commit goes live once, with the first deployment that contains it',
    { commits: line, deployments: [deployment(1, 'b', 10), deployment(2, 'd', 20)] },
    { 1: 'ab', 2: 'cd' },
  ],
  [
    'a later deployment of an older commit ships nothing new',
    { commits: line, deployments: [deployment(1, 'd', 10), deployment(2, 'b', 20)] },
    { 1: 'abcd' },
  ],
  [
    'a deployment whose commit is unknown or abbreviated has no changes',
    {
      commits: line,
      deployments: [
        deployment(1, 'z', 10),
        deployment(2, null, 11),
        deployment(3, 'd', 12, { sha: shaOf('d').slice(0, 10) }),
      ],
    },
    {},
  ],
  [
    'a merge commit is no change',
    {
      commits: [...line, commit('x', ['a'], 2), commit('m', ['d', 'x'], 4)],
      deployments: [deployment(1, 'a', 5), deployment(2, 'm', 10)],
    },
    { 1: 'a', 2: 'bcdx' },
  ],
  [
    'unknown parents end the walk',
    { commits: [commit('c', ['b'], 2), commit('d', ['c'], 3)], deployments: [deployment(1, 'd', 10)] },
    { 1: 'cd' },
  ],
  [
    'what an import assigned stands',
    {
      commits: line,
      deployments: [deployment(1, 'd', 10), deployment(9, 'b', 20, { source: 'git' })],
      imported: [{ sha: shaOf('b'), deploymentId: 9 }],
    },
    { 1: 'cd', 9: undefined as never },
  ],
  [
    'of releases at one instant the one without changes of its own is the baseline; a commit the import left is derived',
    {
      commits: line,
      deployments: [
        deployment(7, 'c', 5, { source: 'git', key: 'git:1' }),
        deployment(8, 'b', 5, { source: 'git', key: 'git:2' }),
        deployment(9, 'd', 20, { source: 'git' }),
      ],
      imported: [{ sha: shaOf('c'), deploymentId: 7 }],
    },
    { 9: 'd' },
  ],
  [
    'the first imported release is the baseline',
    { commits: line, deployments: [deployment(8, 'b', 5, { source: 'git' }), deployment(9, 'd', 20)] },
    { 9: 'cd' },
  ],
  [
    'deployments that finish together take turns by their key',
    {
      commits: line,
      deployments: [deployment(2, 'd', 10, { key: 'b' }), deployment(1, 'b', 10, { key: 'a' })].sort(byFinish),
    },
    { 1: 'ab', 2: 'cd' },
  ],
  [
    'a circle of approximated parents ends',
    { commits: [commit('a', ['b']), commit('b', ['a'])], deployments: [deployment(1, 'b', 10)] },
    { 1: 'ab' },
  ],
]
for (const [title, input, expected] of cases)
  test(`[D3] ${title}`, () => deepEqual(shipped(input), JSON.parse(JSON.stringify(expected))))

test("[D3] a squashed pull request's change counts from its first commit", () => {
  const input = {
    commits: [commit('a'), commit('x', ['a'], 10), commit('y', ['x'], 20), commit('S', ['a'], 60)],
    deployments: [deployment(1, 'a', 1), deployment(2, 'S', 100)],
    pullRequests: [
      pullRequest(7, {
        openedAt: at(30),
        firstReviewAt: at(45),
        mergedAt: at(60),
        mergeCommitSha: shaOf('S'),
        headSha: shaOf('y'),
        tickets: ['SHOP-1'],
      }),
    ],
  }
  const change = derive(input).changes.find(({ sha }) => sha === shaOf('S'))
  deepEqual(change, {
    sha: shaOf('S'),
    deploymentId: 2,
    committedAt: at(10),
    clock: 'pr_first_commit',
    prNumber: 7,
    leadSeconds: 90 * 60,
    codingSeconds: 20 * 60,
    pickupSeconds: 15 * 60,
    reviewSeconds: 15 * 60,
    deploySeconds: 40 * 60,
    ticketed: true,
  })
  deepEqual(shipped(input), { 1: 'a', 2: 'S' }, 'the branch itself never went live')
  const fallback = derive({ ...input, commits: input.commits.filter(({ sha }) => sha !== shaOf('y')) }).changes.at(-1)
  deepEqual(
    [fallback?.clock, fallback?.committedAt],
    ['pr_first_commit', at(30)],
    'a branch nobody pushed here counts from its opening',
  )
})

test('[D3] commits that a merge brought know their pull request, and the merge is no change', () => {
  const pr = pullRequest(7, { openedAt: at(5), mergedAt: at(8), mergeCommitSha: shaOf('M'), headSha: shaOf('y') })
  const numbers = (commits: CommitFact[]) => {
    const { changes } = derive({
      commits,
      deployments: [deployment(1, 'a', 1), deployment(2, 'M', 100)],
      pullRequests: [pr],
    })
    return Object.fromEntries(changes.map(({ sha, prNumber }) => [sha.slice(-40, -38), prNumber]))
  }
  const hex = (name: string) => shaOf(name).slice(0, 2)
  // As git has it: b went to the main line meanwhile. Facts sort the parents, so both orders mean the same.
  for (const parents of [
    ['b', 'y'],
    ['y', 'b'],
  ])
    deepEqual(
      numbers([
        commit('a'),
        commit('b', ['a'], 2),
        commit('x', ['a'], 3),
        commit('y', ['x'], 4),
        commit('M', parents, 8),
      ]),
      {
        [hex('a')]: null,
        [hex('b')]: null,
        [hex('x')]: 7,
        [hex('y')]: 7,
      },
    )
  // As a push tells it: one after the other.
  deepEqual(numbers([commit('a'), commit('x', ['a'], 3), commit('y', ['x'], 4), commit('M', ['y'], 8)]), {
    [hex('a')]: null,
    [hex('x')]: 7,
    [hex('y')]: 7,
  })
})

test('[D3] negative lead times are kept and stages that run backwards are unknown', () => {
  const [change] = derive({
    commits: [commit('a', [], 50, { prNumber: 3 })],
    deployments: [deployment(1, 'a', 20)],
    pullRequests: [pullRequest(3, { openedAt: at(40), firstReviewAt: at(30), mergedAt: at(35) })],
  }).changes
  deepEqual(
    [change?.leadSeconds, change?.codingSeconds, change?.pickupSeconds, change?.reviewSeconds, change?.deploySeconds],
    [-1800, null, null, 300, null],
  )
  equal(
    derive({ commits: [commit('a', [], -100_000_000)], deployments: [deployment(1, 'a', 0)] }).changes[0]?.leadSeconds,
    2_147_483_647,
  )
})

/** As the definition says it, without care for time. */
function naive({ commits, deployments, imported }: ChangesInput): Record<string, number> {
  const known = new Map(commits.map((one) => [one.sha, one]))
  const ancestors = (sha: string, seen = new Set<string>()): Set<string> => {
    const found = known.get(sha)
    if (!found || seen.has(sha)) return seen
    seen.add(sha)
    for (const parent of found.parents.split(' ')) ancestors(parent, seen)
    return seen
  }
  const assigned = new Set<string>()
  const result: Record<string, number> = {}
  const stands = new Set(imported.map(({ sha }) => sha))
  for (const one of deployments) {
    const reach = new Set<string>()
    const visit = (sha: string) => {
      if (assigned.has(sha) || stands.has(sha) || reach.has(sha) || !known.has(sha)) return
      reach.add(sha)
      for (const parent of known.get(sha)!.parents.split(' ')) visit(parent)
    }
    visit(one.sha!)
    if (imported.length === 0)
      deepEqual(
        reach,
        new Set([...ancestors(one.sha!)].filter((sha) => !assigned.has(sha))),
        'stopping early loses nothing',
      )
    for (const sha of reach) {
      assigned.add(sha)
      if (known.get(sha)!.parents.split(' ').length < 2) result[sha] = one.id
    }
  }
  return result
}

test('[D3] changes of random histories equal the definition taken literally, whatever the order of the facts', () => {
  const history = fc.integer({ min: 1, max: 40 }).chain((size) =>
    fc.record({
      // Missing parents of small index make unknown history.
      parents: fc.array(fc.array(fc.nat(size + 3), { maxLength: 3 }), { minLength: size, maxLength: size }),
      deployed: fc.array(fc.tuple(fc.nat(size + 2), fc.nat(20)), { maxLength: 12 }),
      imported: fc.array(fc.nat(size - 1), { maxLength: 4 }),
      order: fc.infiniteStream(fc.nat(1000)),
    }),
  )
  fc.assert(
    fc.property(history, ({ parents, deployed, imported, order }) => {
      const commits = parents.map((all, own) =>
        commit(
          `n${own}`,
          [...new Set(all.filter((parent) => parent < own || parent >= parents.length))].map((parent) => `n${parent}`),
          own,
        ),
      )
      const deployments: CountedDeployment[] = deployed
        .map(([sha, minute], id) => deployment(id + 1, `n${sha}`, minute))
        .sort(byFinish)
      const input = {
        commits,
        deployments,
        imported: [...new Set(imported)].map((own) => ({ sha: shaOf(`n${own}`), deploymentId: 999 })),
        pullRequests: [],
      }
      const asMap = (given: ChangesInput) =>
        Object.fromEntries(
          deriveChanges(given)
            .changes.map((one) => [one.sha, one.deploymentId])
            .sort(),
        )
      const expected = Object.fromEntries(Object.entries(naive(input)).sort())
      deepEqual(asMap(input), expected)
      const rank = new Map(commits.map((one) => [one, order.next().value]))
      deepEqual(asMap({ ...input, commits: [...commits].sort((a, b) => rank.get(a)! - rank.get(b)!) }), expected)
    }),
    { numRuns: 300 },
  )
})

test('[D3] 100,000 commits in one line and 5,000 deployments cost no more than two seconds of a processor', () => {
  const commits = Array.from({ length: 100_000 }, (_, n) => commit(`k${n}`, n === 0 ? [] : [`k${n - 1}`], n))
  const deployments = Array.from({ length: 5000 }, (_, n) => deployment(n + 1, `k${(n + 1) * 20 - 1}`, (n + 1) * 20))
  const before = process.cpuUsage()
  equal(derive({ commits, deployments }).changes.length, 100_000)
  ok(process.cpuUsage(before).user < 2_000_000)
})
