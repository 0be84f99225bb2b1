/** What the doctor asks of intake: do sources have secrets, do they send, does the queue drain, what died and why. */
import { defaultTenantId } from '#kernel/context/index.ts'
import type { Database } from '#kernel/database/index.ts'
import type { Diagnosis, DoctorCheck } from '#kernel/doctor/index.ts'
import { readPlatformSetting } from '#kernel/settings/index.ts'
import type { Source } from '../senders.ts'
import { deadLetterReasons, pendingEvents, tenantsToCheck } from './queries.ts'
import { queueDepthHigh } from './settings.ts'
import { sourcesHealth } from './sources-health.ts'

type Needs = { database: Database; secrets: Partial<Record<Source, string | undefined>> }

const variableOf = { github: 'GITHUB_WEBHOOK_SECRET', jira: 'JIRA_WEBHOOK_SECRET' } as const
const exampleLength = 160

const secretsCheck = ({ secrets }: Needs): DoctorCheck => ({
  name: 'intake.secrets',
  summary: 'Sources have secrets',
  check: async () =>
    (['github', 'jira'] as const).map((source): Diagnosis => {
      if (secrets[source]) return { level: 'ok', finding: `The source ${source} has a secret.` }
      return {
        level: 'fault',
        finding: `The source ${source} has no secret, so every webhook at /api/v1/webhooks/${source} is refused with 401.`,
        fix: `Set ${variableOf[source]} to the secret that the sender signs with, and start again; or use a connection (Connect in the console), which has a secret of its own.`,
      }
    }),
})

const sourcesCheck = ({ database }: Needs): DoctorCheck => ({
  name: 'intake.sources',
  summary: 'Sources send events',
  async check() {
    const tenants = await database.platformTx('tenants', (tx) => tx.rows(tenantsToCheck, undefined))
    const found: Diagnosis[] = []
    for (const { id, slug } of tenants) {
      const whose = id === defaultTenantId ? '' : ` of the tenant ${slug}`
      for (const { source, status, detail } of await sourcesHealth(database, { tenantId: id })) {
        const finding = `${source}${whose}: ${status}. ${detail}`
        if (status === 'healthy') found.push({ level: 'ok', finding })
        else if (status === 'no_data' && id === defaultTenantId)
          found.push({
            level: 'ok',
            finding,
            fix: `If it should send: "Connect" in the console shows the address and the secret to give to ${source}; its own delivery log shows what was answered.`,
          })
        else if (status === 'stale')
          found.push({
            level: 'warning',
            finding,
            fix: `Look at the webhook's delivery log at ${source}: is it still active, and does it reach this address? Thresholds: the setting intake.stale_after_minutes.`,
          })
        else if (status === 'failing')
          found.push({
            level: 'fault',
            finding,
            fix: `Give ${source} the secret that daytwo knows (Connect in the console), or mend what the dead letters say and requeue them.`,
          })
      }
    }
    return found
  },
})

const queueCheck = ({ database }: Needs): DoctorCheck => ({
  name: 'intake.queue',
  summary: 'The event queue drains',
  check: () =>
    database.platformTx('queue depth', async (tx): Promise<Diagnosis[]> => {
      const limit = await readPlatformSetting(tx, queueDepthHigh)
      const pending = (await tx.row(pendingEvents, undefined))!.count
      const finding = `${pending} events are pending.`
      if (pending < limit) return [{ level: 'ok', finding }]
      return [
        {
          level: 'fault',
          finding,
          fix: 'See that a worker runs ("daytwo worker") and what it says ("daytwo logs --level warn"). After a downtime the queue drains by itself.',
        },
      ]
    }),
})

const deadLettersCheck = ({ database }: Needs): DoctorCheck => ({
  name: 'intake.dead_letters',
  summary: 'No event is a dead letter',
  async check() {
    const reasons = await database.platformTx('dead letters', (tx) => tx.rows(deadLetterReasons, undefined))
    if (reasons.length === 0) return [{ level: 'ok', finding: 'No event is a dead letter.' }]
    return reasons.map(
      ({ source, errorClass, count, example }): Diagnosis => ({
        level: 'warning',
        finding: `${count} events of ${source} are dead letters (${errorClass}), for example: ${example.slice(0, exampleLength)}`,
        fix: `Mend the cause, then requeue them under Dead letters in the console, or with: daytwo dead-letters:requeue --error-class ${errorClass}`,
      }),
    )
  },
})

export const intakeChecks = (needs: Needs): DoctorCheck[] => [
  secretsCheck(needs),
  sourcesCheck(needs),
  queueCheck(needs),
  deadLettersCheck(needs),
]
