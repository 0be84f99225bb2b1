import { mondayFrom } from '../calendar.ts'
import type { Window } from '../window.ts'
import type { MetricDefinition } from './definition.ts'

/** Below one day a week a median of whole days says 0 for monthly and for never; bands then go by the mean, kept below 1. */
const mostBelowWeekly = 0.99

/**
 * Median deployment days per ISO week over the whole weeks of the window, weeks without deployments included. A window
 * without a whole week is scaled to seven days.
 */
export const deploymentFrequency: MetricDefinition = {
  name: 'deployment_frequency',
  unit: 'deployment_days_per_week',
  definition: 'dora-2024/deployment-frequency@1',
  summary:
    'Median number of days with a successful production deployment per whole ISO week of the window, weeks without any included.',
  zeroWhenIdle: true,
  compute(window) {
    const { deployments, deploymentDays, ticketed, from, to } = window
    const days = to - from + 1
    const weeks = weeksOf(window)
      .map((week) => week.days)
      .sort((a, b) => a - b)
    const perSevenDays = (deploymentDays.length * 7) / days
    const median = weeks.length === 0 ? perSevenDays : weeks[Math.ceil(weeks.length / 2) - 1]!
    return {
      value: deployments === 0 ? null : median,
      banded: median >= 1 ? median : Math.min(perSevenDays, mostBelowWeekly),
      n: deployments,
      coverage: null,
      details: {
        deployments,
        deployments_per_day: deployments / days,
        deployment_days: deploymentDays.length,
        weeks: weeks.length,
        ticketed_share: deployments === 0 ? null : ticketed / deployments,
      },
    }
  },
}

/** Deployment days of each whole ISO week, by its Monday. */
export function weeksOf({ deploymentDays, from, to }: Window): { readonly monday: number; readonly days: number }[] {
  const monday = mondayFrom(from)
  const weeks = new Array<number>(Math.max(0, Math.floor((to + 1 - monday) / 7))).fill(0)
  for (const day of deploymentDays) {
    const week = Math.floor((day - monday) / 7)
    if (week >= 0 && week < weeks.length) weeks[week]!++
  }
  return weeks.map((days, week) => ({ monday: monday + 7 * week, days }))
}
