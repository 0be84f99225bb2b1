import { deepEqual, equal, ok } from 'node:assert/strict'
import { test } from 'node:test'
import { bandsOf, bandsVersionSetting, level } from './bands.ts'
import { metricNames } from './schemas.ts'

const day = 86_400
const week = 7 * day

test('[D3] bands are contiguous: every value has a level, the limit itself where the source says so', () => {
  const bands = bandsOf('devlake-2023')
  const levels = (metric: (typeof metricNames)[number], values: number[]) =>
    values.map((value) => level(metric, value, bands))
  deepEqual(levels('deployment_frequency', [7, 5, 4.99, 1, 0.99, 12 / 52, 0.2, 0]), [
    'elite',
    'elite',
    'high',
    'high',
    'medium',
    'medium',
    'low',
    'low',
  ])
  deepEqual(levels('change_lead_time', [0, day - 1, day, week, 30 * day, 365 * day]), [
    'elite',
    'elite',
    'high',
    'medium',
    'low',
    'low',
  ])
  deepEqual(levels('change_failure_rate', [0, 0.05, 0.051, 0.1, 0.15, 0.16, 1]), [
    'elite',
    'elite',
    'high',
    'high',
    'medium',
    'low',
    'low',
  ])
  deepEqual(levels('failed_deployment_recovery_time', [0, 3599, 3600, day, week]), [
    'elite',
    'elite',
    'high',
    'medium',
    'low',
  ])
})

test('[D3] gaps of the 2021 report belong to the lower level', () => {
  const bands = bandsOf('dora-2021')
  equal(level('change_lead_time', 3 * 3600, bands), 'high')
  equal(level('change_lead_time', 2 * week, bands), 'medium')
  equal(level('change_failure_rate', 0.155, bands), 'high')
  equal(level('deployment_frequency', 12 / 52, bands), 'high')
})

test('[D3] without a value or a published band there is no level', () => {
  const bands = bandsOf(bandsVersionSetting.default)
  equal(level('change_lead_time', null, bands), null)
  equal(level('deployment_rework_rate', 0.1, bands), null)
  for (const version of ['dora-2021', 'devlake-2023'] as const)
    for (const metric of metricNames) ok(bandsOf(version).metrics[metric] !== undefined)
})
