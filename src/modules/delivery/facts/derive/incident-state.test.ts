import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type IncidentEvent, incidentState } from './incident-state.ts'
import { at } from './test-facts.ts'

const event = (action: IncidentEvent['action'], minutes: number, more: Partial<IncidentEvent> = {}): IncidentEvent => ({
  source: 'github',
  key: 'acme/shop#1',
  action,
  occurredAt: at(minutes),
  title: null,
  severity: null,
  repository: null,
  service: null,
  projectKey: null,
  deploymentSha: null,
  url: null,
  ...more,
})
const said = (text: string) =>
  incidentState(text.split(' ').map((one, minutes) => event(one as IncidentEvent['action'], minutes)))

for (const [text, resolvedAt, withdrawn] of [
  ['opened', null, false],
  ['opened resolved', at(1), false],
  ['opened resolved reopened', null, false],
  ['opened resolved reopened resolved', at(3), false],
  ['opened withdrawn', null, true],
  ['opened withdrawn reopened', null, false],
  ['opened resolved withdrawn linked', at(1), true],
] as const)
  test(`[Q3] an incident that was ${text}`, () => {
    const state = said(text)
    deepEqual([state?.startedAt, state?.resolvedAt, state?.withdrawn], [at(0), resolvedAt, withdrawn])
  })

test('[Q3] an incident is nothing until somebody said when it opened, and starts at the earliest time said', () => {
  equal(said('resolved reopened'), undefined)
  equal(incidentState([event('opened', 9), event('opened', 4)])?.startedAt, at(4))
})

test('[Q3] the latest value of each field counts, and silence changes nothing', () => {
  const state = incidentState([
    event('linked', 5, { deploymentSha: 'abcdef1', severity: 'sev2' }),
    event('opened', 1, { title: 'Cart is empty', severity: 'sev1' }),
    event('resolved', 9),
  ])
  deepEqual([state?.title, state?.severity, state?.deploymentSha], ['Cart is empty', 'sev2', 'abcdef1'])
  equal(said('opened')?.title, 'acme/shop#1')
})

test('[Q3] the order in which events are known does not matter', () => {
  const actions = fc.constantFrom('opened', 'resolved', 'reopened', 'linked', 'withdrawn') as fc.Arbitrary<
    IncidentEvent['action']
  >
  const events = fc.uniqueArray(fc.tuple(actions, fc.nat(6), fc.option(fc.constantFrom('a', 'b'))), {
    maxLength: 12,
    selector: ([action, minutes]) => `${action} ${minutes}`,
  })
  fc.assert(
    fc.property(
      events.chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length }))),
      ([all, shuffled]) => {
        const stateOf = (given: typeof all) =>
          incidentState(given.map(([action, minutes, title]) => event(action, minutes, { title })))
        deepEqual(stateOf(shuffled), stateOf(all))
      },
    ),
  )
})
