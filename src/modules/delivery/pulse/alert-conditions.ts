/** Whether enough people answer, while there is still time to say so. */
import type { AlertCondition, Finding } from '#kernel/alerts/index.ts'
import { readSettingOfTenants } from '#kernel/settings/index.ts'
import { lastThirds } from './read-queries.ts'
import { responseRateLow } from './settings.ts'

export const responseLow: AlertCondition = {
  name: 'pulse_response_rate_low',
  severity: 'LOW',
  summary: 'Less than 40 % of a team have answered the pulse survey whose period is about to end',
  visibleTo: 'tenant',
  evaluate: (database) =>
    database.platformTx('pulse response rates', async (tx) => {
      const { of: limitOf } = await readSettingOfTenants(tx, responseRateLow)
      return (await tx.rows(lastThirds, undefined)).flatMap((period): Finding[] => {
        const { tenantId, survey, stream, endsOn, answers, teamSize } = period
        const threshold = limitOf(tenantId)
        if ((100 * answers) / teamSize >= threshold) return []
        const value = Math.floor((1000 * answers) / teamSize) / 10
        const detail = `${answers} of ${teamSize} people (${value} %) have answered the pulse survey of ${stream}; its period ends on ${endsOn}.`
        return [{ tenantId, subject: survey, detail, value, threshold }]
      })
    }),
}
