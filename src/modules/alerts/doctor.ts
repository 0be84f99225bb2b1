/** What the doctor asks of the alerts: are the conditions evaluated, and is any alert open. */
import { z } from 'zod'
import { severities } from '#kernel/alerts/index.ts'
import type { Database } from '#kernel/database/index.ts'
import type { Diagnosis, DoctorCheck } from '#kernel/doctor/index.ts'
import { sql, statement } from '#kernel/sql/index.ts'
import { lastEvaluation } from './queries.ts'
import { conditionStates } from './read-queries.ts'

const openAlerts = statement({
  name: 'alerts.open-of-all',
  row: z.object({
    condition: z.string(),
    severity: z.enum(severities),
    slug: z.string(),
    detail: z.string(),
    state: z.string(),
  }),
  sample: undefined,
  sql: () => sql`
    select a.condition as "condition", a.severity as "severity", t.slug as "slug", a.detail as "detail", a.state as "state"
    from alert a join tenant t on t.id = a.tenant_id where a.state <> 'resolved' order by a.raised_at desc limit 20`,
})

const lateMinutes = 5

export const alertChecks = (database: Database): DoctorCheck[] => [
  {
    name: 'alerts.evaluation',
    summary: 'Alert conditions are evaluated',
    check: () =>
      database.platformTx('evaluation', async (tx) => {
        const minutes = (await tx.row(lastEvaluation, undefined))?.minutesAgo ?? null
        const found: Diagnosis[] = []
        if (minutes !== null && minutes > lateMinutes)
          found.push({
            level: 'warning',
            finding: `Alert conditions were last evaluated ${Math.floor(minutes)} minutes ago.`,
            fix: 'A worker does it every minute: see that one runs. By hand: "daytwo scheduler:evaluate-alerts".',
          })
        for (const { name, error } of await tx.rows(conditionStates, undefined))
          if (error !== null)
            found.push({
              level: 'warning',
              finding: `The alert condition ${name} cannot be evaluated: ${error}`,
              fix: 'Its alerts stay as they are until it can. "daytwo logs --level error" has the whole error.',
            })
        if (found.length > 0) return found
        const finding =
          minutes === null
            ? 'Alert conditions were not evaluated yet; a worker does it within a minute.'
            : 'Alert conditions are evaluated every minute.'
        return [{ level: 'ok', finding }]
      }),
  },
  {
    name: 'alerts.open',
    summary: 'No alert is open',
    async check() {
      const open = await database.platformTx('open alerts', (tx) => tx.rows(openAlerts, undefined))
      if (open.length === 0) return [{ level: 'ok', finding: 'No alert is open.' }]
      return open.map(
        ({ condition, severity, slug, detail, state }): Diagnosis => ({
          level: 'warning',
          finding: `${severity} ${condition} (${slug}, ${state}): ${detail}`,
          fix: `docs/runbook.md, section 11, says what to do about ${condition}.`,
        }),
      )
    },
  },
]
