/** Where an event stands, in a word and a colour. */
import { Tag, type Tone } from '~/ui/tag.tsx'
import type { EventStatus } from './queries.ts'

export const statusTitles: Record<EventStatus, string> = {
  pending: 'Pending',
  processing: 'Processing',
  completed: 'Completed',
  dead_lettered: 'Dead letters',
}
const tones: Record<EventStatus, Tone> = {
  pending: 'info',
  processing: 'info',
  completed: 'good',
  dead_lettered: 'bad',
}

/** A tag with the status. */
export const EventStatusTag = ({ status }: { status: EventStatus }) => (
  <Tag tone={tones[status]}>{status === 'dead_lettered' ? 'dead letter' : status}</Tag>
)
