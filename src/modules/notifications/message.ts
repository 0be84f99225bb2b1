/** What is said of an alert, before any channel's own form of it. Pure. */
import type { Severity } from '#kernel/alerts/index.ts'
import type { Change } from './decide.ts'

export type Message = {
  /** Tells repetitions of one notification from others. */
  readonly key: string
  readonly change: Change
  readonly alert: {
    readonly id: string
    readonly condition: string
    readonly subject: string
    readonly severity: Severity
    readonly detail: string
    readonly value: number
    readonly threshold: number
    readonly raisedAt: Date
    readonly resolvedAt: Date | null
  }
  /** The alert in the console. */
  readonly url: string
  /** What to do about it. */
  readonly runbookUrl: string
  /** When this notification was written; the same at every attempt. */
  readonly writtenAt: Date
}

/** As the console names alerts: `event_queue_depth_high` is "Event queue depth high". */
const humanize = (condition: string) => {
  const words = condition.replaceAll(/[_.-]+/g, ' ').trim()
  return words.charAt(0).toUpperCase() + words.slice(1)
}
const beginnings: Record<Change, string> = {
  raised: '',
  escalated: 'Worse: ',
  reminder: 'Still open: ',
  resolved: 'Resolved: ',
}
const longestTitle = 180

/** One line: what it is, about what, and how bad. */
export function titleOf({ change, alert: { condition, subject, severity } }: Message): string {
  const about = subject === '' ? '' : ` (${subject})`
  const rated = change === 'resolved' ? '' : `[${severity}] `
  return oneLine(`${rated}${beginnings[change]}${humanize(condition)}${about}`).slice(0, longestTitle)
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
const oneLine = (text: string) => text.replaceAll(/[\0-\x1f\x7f\u2028\u2029]+/g, ' ')
