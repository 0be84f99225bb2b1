/** What an alert is called. Pure. */
import { capitalize, humanize } from '~/ui/format.ts'
import type { Alert } from './queries.ts'

/** `Dead letters high: event_queue`; a subject that the condition's name already says is not said again. */
export function alertTitle({ condition, subject }: Pick<Alert, 'condition' | 'subject'>): string {
  const name = capitalize(humanize(condition))
  return subject === '' || condition.split('_').includes(subject) ? name : `${name}: ${subject}`
}
