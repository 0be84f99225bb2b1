/** Whether a notification that is due is sent, waits or is told no more: a pure rule over how things stand. */
import { type Severity, severities } from '#kernel/alerts/index.ts'
import { type Later, type Local, type Quiet, quietUntil } from './quiet.ts'
import type { notificationChanges } from './schemas.ts'

export type Change = (typeof notificationChanges)[number]

export type Standing = {
  readonly change: Change
  readonly severity: Severity
  readonly opening: number
  readonly channel: {
    readonly enabled: boolean
    readonly removed: boolean
    readonly minimumSeverity: Severity
    readonly quiet: (Quiet & { readonly letsThrough: Severity | null }) | null
  }
  /** Null: the alert is not kept any more. */
  readonly alert: { readonly state: 'raised' | 'acknowledged' | 'resolved'; readonly opening: number } | null
  /** An earlier notification of this alert to this channel is about to be sent, or being tried again. */
  readonly earlierUnderway: boolean
  /** A later one of this opening, of the same or a greater severity, was told already. */
  readonly superseded: boolean
  /** Somebody may have been told that this opening began: it was taken, or its answer was lost. */
  readonly perhapsTold: boolean
  /** When the opening before this one was told, and how severe it was; null when that was none. */
  readonly toldBefore: { readonly secondsAgo: number; readonly severity: Severity } | null
  readonly calmMinutes: number
  readonly local: Local
}

export type Decision =
  | { readonly do: 'send' }
  | { readonly do: 'skip'; readonly why: string }
  | { readonly do: 'wait'; readonly why: string; readonly seconds: number }
  | { readonly do: 'wait'; readonly why: string; readonly until: Later }

/** What is said in order stays in order. */
const orderSeconds = 2

const rank = (severity: Severity) => severities.indexOf(severity)
export const atLeast = (severity: Severity, other: Severity): boolean => rank(severity) >= rank(other)

export function decide(standing: Standing): Decision {
  const { channel, change, severity } = standing
  if (channel.removed) return skip('channel-removed')
  if (!channel.enabled) return skip('channel-off')
  if (change !== 'resolved' && !atLeast(severity, channel.minimumSeverity)) return skip('below-minimum')
  if (standing.earlierUnderway) return { do: 'wait', why: 'order', seconds: orderSeconds }
  const pointless = change === 'resolved' ? resolutionPointless(standing) : openingPointless(standing)
  if (pointless) return skip(pointless)
  const { quiet } = channel
  const quietEnd = quietUntil(standing.local, quiet)
  const loud = quiet?.letsThrough != null && atLeast(severity, quiet.letsThrough)
  if (quietEnd && !loud) return { do: 'wait', why: 'quiet-hours', until: quietEnd }
  return calm(standing) ?? { do: 'send' }
}

const skip = (why: string): Decision => ({ do: 'skip', why })

/** Why nobody needs to hear any more that the alert began. */
function openingPointless({ alert, opening, change, superseded }: Standing): string | undefined {
  if (!alert || alert.state === 'resolved' || alert.opening !== opening) return 'resolved'
  if (change === 'reminder' && alert.state === 'acknowledged') return 'acknowledged'
  return superseded ? 'superseded' : undefined
}

/** Why nobody needs to hear that it ended. Telling so after it was reopened would close it where it is open. */
function resolutionPointless({ alert, opening, perhapsTold }: Standing): string | undefined {
  if (alert && (alert.state !== 'resolved' || alert.opening !== opening)) return 'reopened'
  return perhapsTold ? undefined : 'not-told'
}

/** An alert that comes and goes is told now and then, not each time. */
function calm({ change, severity, toldBefore, calmMinutes }: Standing): Decision | undefined {
  if (change !== 'raised' || !toldBefore) return undefined
  const left = calmMinutes * 60 - toldBefore.secondsAgo
  if (left <= 0 || rank(severity) > rank(toldBefore.severity)) return undefined
  return { do: 'wait', why: 'calm', seconds: Math.ceil(left) }
}
