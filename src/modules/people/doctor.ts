/** What the doctor asks of people: whether anybody can get in, and whether somebody else could. */
import { z } from 'zod'
import type { Database } from '#kernel/database/index.ts'
import type { Diagnosis, DoctorCheck } from '#kernel/doctor/index.ts'
import { sql, statement } from '#kernel/sql/index.ts'
import type { Later } from './ports.ts'

const overview = statement({
  name: 'people.overview',
  row: z.object({
    admins: z.number(),
    people: z.number(),
    sessions: z.number(),
    locked: z.number(),
    oldestKeyDays: z.number().nullable(),
  }),
  sample: undefined,
  sql: () => sql`
    select (select count(*)::int from person p where p.platform_role = 'platform_admin' and p.status = 'active') as "admins",
      (select count(*)::int from person p where p.status = 'active') as "people",
      (select count(*)::int from person_session s where s.revoked_at is null and least(s.expires_at, s.ends_at) > app.now()) as "sessions",
      (select count(*)::int from sign_in_attempt a where a.locked_until > app.now()) as "locked",
      (select floor(extract(epoch from app.now() - min(k.created_at)) / 86400)::int from signing_key k where k.retired_at is null) as "oldestKeyDays"`,
})

type Facts = { readonly secure: boolean; readonly production: boolean; readonly mail: Later['mail'] }
const manyLocked = 20
const oldKeyDays = 365

export const peopleChecks = (database: Database, { secure, production, mail }: Facts): DoctorCheck[] => [
  {
    name: 'people.sign-in',
    summary: 'People can sign in, and only they',
    async check() {
      const found = (await database.platformTx('overview of people', (tx) => tx.row(overview, undefined)))!
      const diagnoses: Diagnosis[] = []
      if (found.admins === 0)
        diagnoses.push({
          level: 'warning',
          finding: 'There is no active platform administrator, so nobody can administer this instance in the console.',
          fix: 'Run "daytwo setup:url" and open the link, or set DAYTWO_ADMIN_EMAIL and DAYTWO_ADMIN_PASSWORD before the first start.',
        })
      else
        diagnoses.push({
          level: 'ok',
          finding: `People who can sign in: ${found.people}, administrators among them: ${found.admins}; open sessions: ${found.sessions}.`,
        })
      if (found.locked >= manyLocked)
        diagnoses.push({
          level: 'warning',
          finding: `${found.locked} accounts are locked after failed attempts: somebody tries passwords.`,
          fix: 'Look at the sign-ins in the audit log, lower RATE_LIMIT_SIGN_IN, and demand a second factor (setting access.require_second_factor).',
        })
      if (production && !secure)
        diagnoses.push({
          level: 'fault',
          finding:
            'The address of this instance is plain http, so session cookies travel readable and without their guard.',
          fix: 'Put HTTPS in front and set API_BASE_URL to the https:// address.',
        })
      if (production && !mail().deliverable)
        diagnoses.push({
          level: 'warning',
          finding: 'No mail server is configured, so a forgotten password cannot be replaced by its owner.',
          fix: 'Set the SMTP_* variables; until then use "daytwo person:reset-link --email <address>".',
        })
      if ((found.oldestKeyDays ?? 0) > oldKeyDays)
        diagnoses.push({
          level: 'ok',
          finding: `The key that signs sessions is ${found.oldestKeyDays} days old.`,
          fix: 'Run "daytwo keys:rotate"; nobody notices.',
        })
      return diagnoses
    },
  },
]
