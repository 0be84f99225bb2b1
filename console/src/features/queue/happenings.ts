/** What happened to an event, in order, from what its row tells. Pure. */
import { humanize } from '~/ui/format.ts'
import type { Tone } from '~/ui/tag.tsx'
import type { EventDetail } from './queries.ts'

type Happening = { key: string; what: string; at: string | null; tone: Tone; detail?: string }
type Told = Pick<EventDetail, 'enqueued_at' | 'finished_at' | 'status' | 'attempts' | 'outcome' | 'requeued_count'>

const attempts = (count: number) => (count === 1 ? 'one attempt' : `${count} attempts`)

const times = (count: number) => (count === 1 ? 'once, by a person' : `${count} times, by a person`)

/** Received, tried, and how it ended or what it waits for. */
export function happeningsOf({ enqueued_at: received, finished_at: finished, status, ...event }: Told): Happening[] {
  const last: Record<Told['status'], Happening> = {
    pending: {
      key: 'pending',
      what: event.attempts === 0 ? 'Waits for a worker' : 'Waits for the next attempt',
      at: null,
      tone: 'plain',
      ...(event.attempts > 0 ? { detail: `after ${attempts(event.attempts)} that failed` } : {}),
    },
    processing: { key: 'processing', what: 'Being processed', at: null, tone: 'info' },
    completed: {
      key: 'completed',
      what: 'Completed',
      at: finished,
      tone: 'good',
      detail: [event.outcome ? humanize(event.outcome) : '', attempts(event.attempts)].filter(Boolean).join(', '),
    },
    dead_lettered: {
      key: 'dead',
      what: 'Given up',
      at: finished,
      tone: 'bad',
      detail: `after ${attempts(event.attempts)}; it waits for a person`,
    },
  }
  const again: Happening[] =
    event.requeued_count === 0
      ? []
      : [{ key: 'again', what: 'Requeued', at: null, tone: 'warning', detail: times(event.requeued_count) }]
  return [
    { key: 'received', what: 'Received', at: received, tone: 'plain', detail: 'signature checked, written down' },
    ...again,
    last[status],
  ]
}
