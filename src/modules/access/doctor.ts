/** What the doctor asks of the keys: why the metrics API would answer 401 or 403. */
import { z } from 'zod'
import type { Database } from '#kernel/database/index.ts'
import type { Diagnosis, DoctorCheck } from '#kernel/doctor/index.ts'
import { sql, statement } from '#kernel/sql/index.ts'

const keysOfAll = statement({
  name: 'access.keys-of-all',
  row: z.object({
    name: z.string(),
    prefix: z.string(),
    slug: z.string(),
    state: z.enum(['active', 'revoked', 'expired']),
    streams: z.array(z.string()).nullable(),
    readsMetrics: z.boolean(),
    /** Ended within the last month, so that somebody may still use it. */
    endedLately: z.boolean(),
  }),
  sample: undefined,
  sql: () => sql`
    select k.name as "name", k.prefix as "prefix", t.slug as "slug", k.streams as "streams",
      k.scopes && array['*', 'metrics:read'] as "readsMetrics",
      case when k.revoked_at <= app.now() then 'revoked' when k.expires_at <= app.now() then 'expired' else 'active' end as "state",
      coalesce(least(k.revoked_at, k.expires_at) between app.now() - interval '30 days' and app.now(), false) as "endedLately"
    from api_key k join tenant t on t.id = k.tenant_id
    where least(k.revoked_at, k.expires_at) is null or least(k.revoked_at, k.expires_at) > app.now() - interval '30 days'
    order by k.created_at desc limit 500`,
})

const shown = 10
const named = ({ name, prefix, slug }: { name: string; prefix: string; slug: string }) =>
  `"${name}" (${prefix}…, tenant ${slug})`

export const accessChecks = (database: Database): DoctorCheck[] => [
  {
    name: 'access.keys',
    summary: 'API keys can be used',
    async check() {
      const keys = await database.platformTx('keys', (tx) => tx.rows(keysOfAll, undefined))
      const active = keys.filter(({ state }) => state === 'active')
      const found: Diagnosis[] = []
      if (active.length === 0)
        found.push({
          level: 'warning',
          finding: 'There is no active API key, so the metrics API answers 401 to everyone but the console.',
          fix: 'Make one: "daytwo api-key:create --name <what it is for>". It is shown once; send it as "Authorization: Bearer <key>".',
        })
      else found.push({ level: 'ok', finding: `${active.length} API keys are active.` })
      for (const key of keys.filter(({ endedLately }) => endedLately).slice(0, shown))
        found.push({
          level: 'ok',
          finding: `The key ${named(key)} is ${key.state}; requests with it are answered 401.`,
          fix: 'Whoever still sends it needs a new one: "daytwo api-key:create".',
        })
      for (const key of active.filter(({ streams, readsMetrics }) => streams || !readsMetrics).slice(0, shown)) {
        const why = key.readsMetrics
          ? `sees the streams ${key.streams!.join(', ')} only`
          : 'lacks the scope metrics:read'
        found.push({
          level: 'ok',
          finding: `The key ${named(key)} ${why}; metrics of anything else are answered 403.`,
          fix: 'Ask for one of its streams with ?stream=, or use a key without that limit.',
        })
      }
      return found
    },
  },
]
