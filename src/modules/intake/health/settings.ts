/** When a source counts as quiet, failing or under attack, and the queue as deep. */
import { z } from 'zod'
import { defineSetting } from '#kernel/settings/index.ts'

const count = (max: number) => z.number().int().min(1).max(max)

export const staleAfterMinutes = defineSetting({
  name: 'intake.stale_after_minutes',
  summary: 'A source that has sent before is stale when nothing came from it for this long.',
  schema: count(60 * 24 * 30),
  default: 120,
})
export const otherStaleAfterMinutes = defineSetting({
  name: 'intake.other_stale_after_minutes',
  summary: 'The same for sources other than GitHub and Jira, which may speak only when something is deployed.',
  schema: count(60 * 24 * 365),
  default: 60 * 24 * 7,
})
export const failingDeadLetters = defineSetting({
  name: 'intake.failing_dead_letters',
  summary:
    "A source is failing when at least this many of the last day's events are dead letters (and the percentage below).",
  schema: count(1_000_000),
  default: 3,
})
export const failingPercent = defineSetting({
  name: 'intake.failing_percent',
  summary: "A source is failing when at least this percentage of the last day's events are dead letters.",
  schema: z.number().min(0).max(100),
  default: 10,
})
export const signatureFailuresHigh = defineSetting({
  name: 'intake.signature_failures_high',
  summary: 'Refused signatures of one source within ten minutes from which on an alert is raised.',
  schema: count(1_000_000),
  default: 20,
})
export const queueDepthHigh = defineSetting({
  name: 'intake.queue_depth_high',
  summary: 'Pending events of all tenants from which on an alert is raised.',
  schema: count(100_000_000),
  default: 1000,
  scope: 'platform',
})

export const healthSettings = [
  failingDeadLetters,
  failingPercent,
  otherStaleAfterMinutes,
  queueDepthHigh,
  signatureFailuresHigh,
  staleAfterMinutes,
] as const
