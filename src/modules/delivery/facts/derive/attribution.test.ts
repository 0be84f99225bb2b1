import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { attribute, type Candidate, candidatesOf, type Suspect } from './attribution.ts'
import { at, shaOf } from './test-facts.ts'

const hour = 60
const candidate = (id: number, minutes: number, more: Partial<Candidate> = {}): Candidate => ({
  id,
  key: `d:${String(id).padStart(4, '0')}`,
  repository: 'acme/shop',
  service: 'checkout',
  sha: shaOf(id),
  finishedAt: at(minutes),
  ...more,
})
const suspect = (more: Partial<Suspect> = {}): Suspect => ({
  repository: null,
  service: 'checkout',
  startedAt: at(100 * hour),
  override: undefined,
  named: [],
  undone: [],
  owned: { repositories: [], services: [] },
  ...more,
})
const near = candidate(1, 99 * hour)
const far = candidate(2, 40 * hour)
const tooFar = candidate(3, 27 * hour)
const after = candidate(4, 101 * hour)
const all = candidatesOf([near, far, tooFar, after])
const judge = (given: Suspect, candidates = all) => {
  const { deploymentId, method, confidence } = attribute(given, candidates, 72)
  return [deploymentId, method, confidence]
}

test('[D4] a person beats a named commit, that a revert, that the same service, that the project', () => {
  const project: Suspect['owned'] = { repositories: ['acme/shop'], services: [] }
  const everything = suspect({
    override: { deploymentId: 9, reason: 'seen in the log', actor: 'ada' },
    named: [far],
    undone: [{ ...after, confidence: 0.9, fixedBy: 'd:0008' }],
    owned: project,
  })
  deepEqual(judge(everything), [9, 'override', 1])
  deepEqual(judge({ ...everything, override: undefined }), [2, 'sha', 1])
  deepEqual(judge({ ...everything, override: undefined, named: [] }), [4, 'revert', 0.9])
  deepEqual(judge(suspect({ owned: project })), [1, 'service', 0.6])
  deepEqual(judge(suspect({ service: null, owned: project })), [1, 'project', 0.3])
  deepEqual(judge(suspect({ service: null })), [null, null, null])
  deepEqual(judge({ ...everything, override: { deploymentId: null, reason: 'the provider', actor: 'ada' } }), [
    null,
    'override',
    1,
  ])
})

test('[D4] the window is closed at both ends, and one deployment in it is surer than several', () => {
  const only = (minutes: number) => judge(suspect(), candidatesOf([candidate(1, minutes)]))
  deepEqual(only(100 * hour), [1, 'service', 0.8])
  deepEqual(only(28 * hour), [1, 'service', 0.8])
  deepEqual(only(28 * hour - 1), [null, null, null])
  deepEqual(only(100 * hour + 1), [null, null, null])
})

test('[D4] evidence says what was looked at', () => {
  deepEqual(attribute(suspect(), all, 72).evidence, {
    window_hours: 72,
    deployment: 'd:0001',
    seconds_after: 3600,
    candidates: 2,
    considered: ['d:0001', 'd:0002'],
  })
})

test('[D4] an incident of a repository alone means all its services; one of a service does not fall back to its neighbours', () => {
  const other = candidatesOf([candidate(7, 99 * hour, { service: 'search' })])
  deepEqual(judge(suspect({ service: null, repository: 'acme/shop' }), other), [7, 'service', 0.8])
  deepEqual(judge(suspect({ service: 'acme/shop', repository: 'acme/shop' }), other), [7, 'service', 0.8])
  deepEqual(judge(suspect({ repository: 'acme/shop' }), other), [null, null, null])
})

test('[D4] of several deployments of a named commit, the newest that was out; of its own service first', () => {
  const [first, second] = [candidate(1, 10), candidate(2, 20)]
  equal(judge(suspect({ named: [second, first, after] }))[0], 2)
  equal(judge(suspect({ named: [after] }))[0], 4, 'named is named, even if the clocks disagree')
  equal(judge(suspect({ named: [candidate(8, 30, { service: 'search', repository: 'acme/find' }), first] }))[0], 1)
})

test('[D4] the newest within the window, found by bisection, is the one found by looking at all', () => {
  fc.assert(
    fc.property(
      fc.array(fc.nat(200), { maxLength: 30 }),
      fc.nat(200),
      fc.integer({ min: 1, max: 100 }),
      (times, start, window) => {
        const deployments = times.map((minutes, id) => candidate(id + 1, minutes * hour))
        const found = attribute(suspect({ startedAt: at(start * hour) }), candidatesOf(deployments), window)
        const within = times.filter((minutes) => minutes <= start && start - minutes <= window)
        const best = deployments.find(({ id }) => id === found.deploymentId)
        equal(best?.finishedAt, within.length === 0 ? undefined : at(Math.max(...within) * hour))
        equal(found.confidence, within.length === 0 ? null : within.length === 1 ? 0.8 : 0.6)
      },
    ),
  )
})
