/** Thresholds of the installation's alerts. */
import { z } from 'zod'
import { defineSetting } from '#kernel/settings/index.ts'

const wholeNumber = (max: number) => z.number().int().min(1).max(max)
const percent = z.number().min(0).max(100)

export const deadLettersHigh = defineSetting({
  name: 'operations.dead_letters_high',
  summary: 'More dead letters of one work than this raise an alert.',
  schema: z.number().int().min(0).max(10_000_000),
  default: 50,
})
export const activeHigh = defineSetting({
  name: 'operations.queue_active_high',
  summary: 'More rows of one work than this held by workers for 10 minutes raise an alert.',
  schema: wholeNumber(1_000_000),
  default: 200,
  scope: 'platform',
})
export const activeMinutes = defineSetting({
  name: 'operations.queue_active_minutes',
  summary: 'How long that must last, in minutes.',
  schema: z.number().int().min(0).max(1440),
  default: 10,
  scope: 'platform',
})
export const stuckAfterMinutes = defineSetting({
  name: 'operations.work_stuck_minutes',
  summary: 'Due work that waits longer than this while nobody takes any raises an alert.',
  schema: wholeNumber(1440),
  default: 5,
  scope: 'platform',
})
export const latencyHighMs = defineSetting({
  name: 'operations.request_p95_high_ms',
  summary: 'A 95th percentile of request durations above this, in milliseconds, for 5 minutes raises an alert.',
  schema: z.number().min(0).max(600_000),
  default: 750,
  scope: 'platform',
})
export const errorRatioHigh = defineSetting({
  name: 'operations.error_ratio_high_percent',
  summary: "A greater percentage of a tenant's requests of 10 minutes than this answered with 5xx raises an alert.",
  schema: percent,
  default: 5,
  scope: 'platform',
})
export const minRequests = defineSetting({
  name: 'operations.alert_min_requests',
  summary: 'Fewer requests than this in the window raise no alert on latency or errors: one slow request is no trend.',
  schema: wholeNumber(1_000_000),
  default: 20,
  scope: 'platform',
})
export const limitedHigh = defineSetting({
  name: 'operations.rate_limited_high',
  summary: 'More requests of one tenant than this refused with 429 within 5 minutes raise an alert.',
  schema: wholeNumber(100_000_000),
  default: 200,
  scope: 'platform',
})
export const connectionsHigh = defineSetting({
  name: 'operations.connections_high_percent',
  summary: "A greater percentage of the database's connections in use than this raises an alert.",
  schema: percent,
  default: 80,
  scope: 'platform',
})
export const diskFreeLow = defineSetting({
  name: 'operations.disk_free_low_percent',
  summary:
    'Less free space than this percentage where the data folder is raises an alert; below half of it a CRITICAL one.',
  schema: percent,
  default: 10,
  scope: 'platform',
})
export const walHigh = defineSetting({
  name: 'operations.wal_high_bytes',
  summary: 'More write-ahead log than this written within an hour, or kept for one replication slot, raises an alert.',
  schema: wholeNumber(Number.MAX_SAFE_INTEGER),
  default: 8 * 1024 ** 3,
  scope: 'platform',
})
export const growthHigh = defineSetting({
  name: 'operations.database_growth_high_bytes',
  summary: 'A database that grew by more than this within a day raises an alert.',
  schema: wholeNumber(Number.MAX_SAFE_INTEGER),
  default: 5 * 1024 ** 3,
  scope: 'platform',
})

export const conditionSettings = [
  activeHigh,
  activeMinutes,
  connectionsHigh,
  deadLettersHigh,
  diskFreeLow,
  errorRatioHigh,
  growthHigh,
  latencyHighMs,
  limitedHigh,
  minRequests,
  stuckAfterMinutes,
  walHigh,
] as const
