import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Connect, stepsOf } from './steps.ts'

type Seen = Parameters<typeof stepsOf>[0]
const nothing = {
  connect: {
    webhooks: (['github', 'jira'] as const).map((source) => ({
      source,
      url: '',
      secret_hint: null,
      last_event_at: null as string | null,
      events_last_day: 0,
    })),
    sources: [] as Connect['sources'],
  },
  streams: { streams: [] as Seen['streams']['streams'], unassigned_repositories: [] as string[] },
  dora: { series: [{ deployments: 0 }], metrics: [{ value: null }, { value: null }] } as unknown as Seen['dora'],
}
const done = (seen: Seen) =>
  stepsOf(seen)
    .filter((step) => step.done)
    .map(({ name }) => name)

test('[U1] a new tenant has done none of the first steps', () => {
  assert.deepEqual(done(nothing), [])
  assert.equal(stepsOf(nothing).length, 5)
})

test('[U1] a connection that heard nothing is connected; the first event is the next step', () => {
  const sources = [{ source: 'jenkins', url: 'https://d/x', last_event_at: null, events_last_day: 0 }]
  assert.deepEqual(done({ ...nothing, connect: { ...nothing.connect, sources } }), ['connect'])
  const api = [{ source: 'api', url: 'https://d/x', last_event_at: null, events_last_day: 0 }]
  assert.deepEqual(
    done({ ...nothing, connect: { ...nothing.connect, sources: api } }),
    [],
    'the door of keys is always there',
  )
})

test('[U1] an event that came, and history that was imported, both tick the first two', () => {
  const [github, jira] = nothing.connect.webhooks
  const webhooks = [{ ...github!, last_event_at: '2026-11-21T10:00:00.000Z' }, jira!]
  assert.deepEqual(done({ ...nothing, connect: { ...nothing.connect, webhooks } }), ['connect', 'event'])
  const streams = { streams: [], unassigned_repositories: ['acme/shop'] }
  assert.deepEqual(done({ ...nothing, streams }), ['connect', 'event'])
})

test('[U1] a deployment and a metric count though no stream was made', () => {
  const dora = { series: [{ deployments: 2 }], metrics: [{ value: 3 }, { value: null }] } as unknown as Seen['dora']
  const steps = stepsOf({ ...nothing, dora })
  assert.deepEqual(done({ ...nothing, dora }), ['connect', 'event', 'deployment', 'metric'])
  assert.equal(steps.find((step) => !step.done)?.name, 'stream')
  assert.equal(steps.at(-1)!.seen, '1 of 2 have a value')
})
