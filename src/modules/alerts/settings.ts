import { z } from 'zod'
import { defineSetting } from '#kernel/settings/index.ts'

export const resolveAfterMinutes = defineSetting({
  name: 'alerts.resolve_after_minutes',
  summary: 'Minutes that a condition must not be found before its alert resolves, so that alerts do not flap.',
  schema: z.number().int().min(0).max(1440),
  default: 5,
  scope: 'platform',
})
export const alertDays = defineSetting({
  name: 'retention.alert_days',
  summary: 'Days that resolved alerts are kept, with their history; they are not archived.',
  schema: z.number().int().min(7).max(3650),
  default: 365,
})
export const reopenWithinMinutes = defineSetting({
  name: 'alerts.reopen_within_minutes',
  summary: 'Found again within this time after resolving, the same alert is reopened with its history.',
  schema: z.number().int().min(0).max(43_200),
  default: 120,
  scope: 'platform',
})
