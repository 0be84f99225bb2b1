/** What a module declares when something it owns can go wrong: the module `alerts` evaluates it and keeps the alerts' lives. */
import type { Database } from '#kernel/database/index.ts'

/** Least severe first. */
export const severities = ['LOW', 'MEDIUM', 'HIGH', 'CRITICAL'] as const
export type Severity = (typeof severities)[number]

/** One thing that is wrong now. Equal `tenantId` and `subject` mean the same alert as the last time it was found. */
export type Finding = {
  /** Whose alert it is; null is the installation's own. */
  readonly tenantId: string | null
  /** What it is about, for example a source, a work's name or a route; empty when the condition has one subject only. */
  readonly subject: string
  /** One sentence for people, with the figures. */
  readonly detail: string
  readonly value: number
  readonly threshold: number
  /** Where this finding is worse (or less bad) than the condition usually is. */
  readonly severity?: Severity
  /** It becomes an alert only once every evaluation of this many minutes has found it; at once when left out. */
  readonly forMinutes?: number
}

export type AlertCondition = {
  /** The field's name of it, for example `event_queue_depth_high`. Also its anchor in docs/runbook.md: what to do about it. */
  readonly name: string
  readonly severity: Severity
  readonly summary: string
  /** Who sees its alerts: the tenant they are about, or those who run the installation (theirs is then each finding, and a tenant it is about stands in its subject). */
  readonly visibleTo: 'tenant' | 'platform'
  /** All that is wrong now. Thresholds are settings that it reads itself. An error leaves its alerts as they are. */
  evaluate(database: Database): Promise<readonly Finding[]>
}
