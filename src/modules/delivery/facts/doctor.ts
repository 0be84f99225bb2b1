/** What the doctor asks of the facts: why the dashboards could be empty although events come. */
import { z } from 'zod'
import type { Database } from '#kernel/database/index.ts'
import type { Diagnosis, DoctorCheck } from '#kernel/doctor/index.ts'
import { readSettingOfTenants } from '#kernel/settings/index.ts'
import { sql, statement } from '#kernel/sql/index.ts'
import { deploymentsFrom, productionEnvironments } from './settings.ts'

/** Whether each tenant has deployments, whether any counts, and whether it has streams; one probe of an index each. */
const deploymentsOfAll = statement({
  name: 'delivery.deployments-of-all',
  row: z.object({
    tenantId: z.string(),
    slug: z.string(),
    any: z.boolean(),
    counted: z.boolean(),
    environments: z.array(z.string()).nullable(),
    streams: z.boolean(),
  }),
  sample: undefined,
  sql: () => sql`
    select t.id as "tenantId", t.slug as "slug",
      exists (select from deployment_records d where d.tenant_id = t.id) as "any",
      exists (select from deployment_records d where d.tenant_id = t.id and d.counted) as "counted",
      (select array_agg(distinct r.environment) from (select d.environment from deployment_records d
        where d.tenant_id = t.id order by d.id desc limit 200) r) as "environments",
      exists (select from stream s where s.tenant_id = t.id) as "streams"
    from tenant t where t.status = 'ready' order by t.created_at, t.id limit 100`,
})

export const factsChecks = (database: Database): DoctorCheck[] => [
  {
    name: 'delivery.deployments',
    summary: 'Deployments are counted',
    check: () =>
      database.platformTx('deployments', async (tx) => {
        const environments = await readSettingOfTenants(tx, productionEnvironments)
        const from = await readSettingOfTenants(tx, deploymentsFrom)
        const rows = await tx.rows(deploymentsOfAll, undefined)
        const found = rows.flatMap(({ tenantId, slug, any, counted, environments: seen, streams }): Diagnosis[] => {
          const mine: Diagnosis[] = []
          if (any && !counted)
            mine.push({
              level: 'warning',
              finding: `The tenant ${slug} has deployments, but none counts: their environments are ${(seen ?? []).join(', ')}; what counts are successful ones from ${from.of(tenantId)} to ${environments.of(tenantId).join(', ')}.`,
              fix: 'Change the settings delivery.deployments_from and delivery.production_environments to what the senders say, or have them say it.',
            })
          if (counted && !streams)
            mine.push({
              level: 'ok',
              finding: `The tenant ${slug} has deployments and no streams: figures are there for the whole tenant only.`,
              fix: 'Make streams for teams or products under Streams in the console.',
            })
          return mine
        })
        if (rows.every(({ any }) => !any))
          found.push({
            level: 'ok',
            finding: 'No deployment has come yet, so the dashboards are empty.',
            fix: 'Send GitHub\'s deployment events ("Connect" in the console), import a repository ("daytwo import:git <path>"), or look around with "daytwo demo".',
          })
        return found.length > 0 ? found : [{ level: 'ok', finding: 'Deployments come and are counted.' }]
      }),
  },
]
