import { type Subscriber, subscribe } from '#kernel/events/index.ts'
import { daysChanged } from '#modules/delivery/facts/index.ts'
import { rollUp } from './roll-up.ts'

/** Late or early, whatever changes what counts on a day has the day rolled up again; a backlog becomes one roll-up. */
export const rollUpChangedDays = (): Subscriber =>
  subscribe('delivery-dora.roll-up', daysChanged, async (tx, payloads) => {
    const pairs = new Map(payloads.flatMap(({ days }) => days.map((pair) => [`${pair.stream} ${pair.day}`, pair])))
    const changed = await rollUp(tx, [...pairs.values()])
    return `rolled up ${pairs.size} days of streams, ${changed} differed`
  })
