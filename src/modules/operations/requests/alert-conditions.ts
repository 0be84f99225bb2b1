/** Latency, errors and rate limits of the API, from the minutes all its processes wrote down. */
import type { AlertCondition, Finding } from '#kernel/alerts/index.ts'
import { readPlatformSetting } from '#kernel/settings/index.ts'
import { errorRatioHigh, latencyHighMs, limitedHigh, minRequests } from '../conditions/settings.ts'
import { percentileMs } from './latency.ts'
import { requestMinutes, requestsByTenant } from './queries.ts'

const latencyMinutes = 5
const errorMinutes = 10
const limitMinutes = 5
/** Of the five minutes at least this many must have had requests: one busy minute does not last for five. */
const minMinutes = 3
/** Requests of nobody in particular: webhooks, sign-in, refused keys. */
const nobody = 'without a key'

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0)
const rounded = (value: number) => Math.round(value * 10) / 10

const slow: AlertCondition = {
  name: 'request_latency_high',
  severity: 'HIGH',
  summary: 'The 95th percentile of request durations is above 750 ms for 5 minutes',
  visibleTo: 'platform',
  evaluate: (database) =>
    database.platformTx('request latency', async (tx) => {
      const threshold = await readPlatformSetting(tx, latencyHighMs)
      const minutes = (await tx.rows(requestMinutes, { minutes: latencyMinutes })).map(({ latency }) => latency)
      const p95s = minutes.map((latency) => percentileMs(latency, 95)!)
      const enough = sum(minutes.map(sum)) >= (await readPlatformSetting(tx, minRequests))
      if (minutes.length < minMinutes || !enough || p95s.some((p95) => p95 <= threshold)) return []
      const all = minutes[0]!.map((_, bucket) => sum(minutes.map((latency) => latency[bucket]!)))
      const value = rounded(percentileMs(all, 95)!)
      const detail = `The slowest 5 % of the last ${latencyMinutes} minutes' requests took ${value} ms or more.`
      return [{ tenantId: null, subject: '', detail, value, threshold }]
    }),
}

const failing: AlertCondition = {
  name: 'error_ratio_high',
  severity: 'HIGH',
  summary: "More than 5 % of a tenant's requests of 10 minutes were answered with 5xx",
  visibleTo: 'platform',
  evaluate: (database) =>
    database.platformTx('error ratio', async (tx) => {
      const threshold = await readPlatformSetting(tx, errorRatioHigh)
      const least = await readPlatformSetting(tx, minRequests)
      const rows = await tx.rows(requestsByTenant, { minutes: errorMinutes })
      return rows.flatMap(({ slug, requests, errors }): Finding[] => {
        const value = rounded((100 * errors) / requests)
        if (requests < least || (100 * errors) / requests <= threshold) return []
        const subject = slug ?? nobody
        const detail = `${errors} of ${requests} requests (${subject}) of the last ${errorMinutes} minutes failed.`
        return [{ tenantId: null, subject, detail, value, threshold }]
      })
    }),
}

const limited: AlertCondition = {
  name: 'rate_limit_spike',
  severity: 'MEDIUM',
  summary: 'Many requests of one tenant are refused with 429',
  visibleTo: 'platform',
  evaluate: (database) =>
    database.platformTx('rate limits', async (tx) => {
      const threshold = await readPlatformSetting(tx, limitedHigh)
      const rows = await tx.rows(requestsByTenant, { minutes: limitMinutes })
      return rows.flatMap(({ slug, limited: value }): Finding[] => {
        if (value <= threshold) return []
        const subject = slug ?? nobody
        const detail = `${value} requests (${subject}) were refused with 429 within ${limitMinutes} minutes.`
        return [{ tenantId: null, subject, detail, value, threshold }]
      })
    }),
}

export const requestConditions: readonly AlertCondition[] = [slow, failing, limited]
