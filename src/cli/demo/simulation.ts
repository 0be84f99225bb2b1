/** Things that happen one after another: what happens at an instant may plan what happens later, never earlier. */
import { digest } from './random.ts'

export type DemoEvent = {
  readonly at: Date
  readonly source: 'github' | 'jira'
  /** GitHub's event name, or Jira's `webhookEvent`. */
  readonly type: string
  /** The same for the same event of the same seed, so that sending it again is a redelivery. */
  readonly deliveryId: string
  readonly payload: object
}

export type Simulation = {
  readonly startedAt: number
  /** Milliseconds; the instant of what is happening. */
  now(): number
  /** 0 at the start, 1 at the end of the history asked for. */
  progress(): number
  plan(at: number, happen: () => void): void
  github(type: string, payload: object): void
  jira(payload: { readonly webhookEvent: string }): void
}

type Planned = { readonly at: number; readonly order: number; readonly happen: () => void }

/** Runs what `begin` plans up to `until`. Events come out in the order of time; a later `until` only adds to their end. */
export function simulate(
  name: string,
  span: { readonly from: number; readonly to: number; readonly until: number },
  begin: (simulation: Simulation) => void,
): DemoEvent[] {
  const heap: Planned[] = []
  const events: DemoEvent[] = []
  let now = span.from
  let order = 0
  const emit = (source: DemoEvent['source'], type: string, payload: object) =>
    void events.push({ at: new Date(now), source, type, deliveryId: uuid(name, events.length), payload })
  begin({
    startedAt: span.from,
    now: () => now,
    progress: () => Math.min(1, (now - span.from) / (span.to - span.from)),
    plan: (at, happen) => push(heap, { at: Math.max(Math.round(at / 1000) * 1000, now), order: order++, happen }),
    github: (type, payload) => emit('github', type, payload),
    jira: (payload) => emit('jira', payload.webhookEvent, payload),
  })
  for (let next = pop(heap); next !== undefined && next.at <= span.until; next = pop(heap)) {
    now = next.at
    next.happen()
  }
  return events
}

function uuid(name: string, index: number): string {
  const hex = digest(name, index)
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}

const before = (a: Planned, b: Planned) => a.at < b.at || (a.at === b.at && a.order < b.order)

function push(heap: Planned[], planned: Planned): void {
  let at = heap.push(planned) - 1
  while (at > 0) {
    const up = (at - 1) >> 1
    if (!before(planned, heap[up]!)) break
    heap[at] = heap[up]!
    at = up
  }
  heap[at] = planned
}

function pop(heap: Planned[]): Planned | undefined {
  const first = heap[0]
  const last = heap.pop()
  if (first === undefined || last === undefined || heap.length === 0) return first
  let at = 0
  for (;;) {
    let child = 2 * at + 1
    if (child >= heap.length) break
    if (child + 1 < heap.length && before(heap[child + 1]!, heap[child]!)) child++
    if (!before(heap[child]!, last)) break
    heap[at] = heap[child]!
    at = child
  }
  heap[at] = last
  return first
}
