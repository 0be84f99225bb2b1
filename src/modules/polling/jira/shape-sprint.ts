/** A sprint as the API tells it → the webhooks there must have been. Pure. */
import type { JiraSprint } from './api.ts'

export type SprintEvent = {
  readonly itemKey: string
  readonly type: 'sprint_started' | 'sprint_closed'
  readonly deliveryId: string
  readonly occurredAt: Date
  /** Whether a fact of the sprint, by its `external_id`, is this event. */
  readonly isFact: (externalId: string) => boolean
  readonly payload: () => Buffer
}

/** Its start and, of a closed one, its end. `board` is where it was listed; its own is the one it was made on. */
export function eventsOfSprint(sprint: JiraSprint, board: number): SprintEvent[] {
  const itemKey = `sprint:${sprint.id}`
  const told = (type: SprintEvent['type'], action: string, at: string, isFact: SprintEvent['isFact']): SprintEvent => ({
    itemKey,
    type,
    deliveryId: `poll:${itemKey}:${action}:${Date.parse(at)}`,
    occurredAt: new Date(at),
    isFact,
    payload: () =>
      Buffer.from(
        JSON.stringify({
          webhookEvent: type,
          timestamp: Date.parse(at),
          sprint: { ...sprint, originBoardId: sprint.originBoardId ?? board },
        }),
      ),
  })
  const start = sprint.activatedDate ?? sprint.startDate
  const events: SprintEvent[] = []
  // A webhook tells the moment of the click, the API the date that was entered: any start is this one's.
  if (start && sprint.state !== 'future')
    events.push(told('sprint_started', 'started', start, (id) => id.startsWith('started:')))
  if (sprint.completeDate && sprint.state === 'closed') {
    const { completeDate } = sprint
    events.push(told('sprint_closed', 'closed', completeDate, (id) => id === `closed:${Date.parse(completeDate)}`))
  }
  return events
}
