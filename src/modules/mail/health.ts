/** What can go wrong with mail, for the alerts and the doctor. */
import type { AlertCondition } from '#kernel/alerts/index.ts'
import type { Database } from '#kernel/database/index.ts'
import { targetRefused } from '#kernel/dial/index.ts'
import type { DoctorCheck } from '#kernel/doctor/index.ts'
import { Problem } from '#kernel/errors/index.ts'
import { standing } from './queries.ts'
import type { MailServer } from './server.ts'
import type { Transport } from './transport.ts'

const lookBackHours = 24

export const mailFailing: AlertCondition = {
  name: 'mail_failing',
  severity: 'HIGH',
  summary: 'Mails to people are not taken by the mail server',
  visibleTo: 'platform',
  evaluate: (database) =>
    database.platformTx('failing mail', async (tx) => {
      const { failed, retrying, lastError } = (await tx.row(standing, { hours: 1 }))!
      const value = failed + retrying
      if (value === 0) return []
      const detail =
        `Within an hour ${failed} mails failed for good, and ${retrying} are being tried again. ${lastError ?? ''}`.trim()
      return [{ tenantId: null, subject: '', detail, value, threshold: 0 }]
    }),
}

type Needs = {
  readonly database: Database
  readonly production: boolean
  readonly server: MailServer | undefined
  readonly transport: Transport | undefined
}

export const mailChecks = ({ database, production, server, transport }: Needs): DoctorCheck[] => [
  {
    name: 'mail.server',
    summary: 'Mails reach people',
    async check() {
      if (!server || !transport) {
        const fix = 'Set SMTP_URL (or SMTP_HOST, SMTP_USER, SMTP_PASSWORD) and SMTP_FROM, and restart.'
        return [
          production
            ? {
                level: 'warning',
                finding: 'No mail server is configured: invitations and links for new passwords reach nobody.',
                fix,
              }
            : {
                level: 'ok',
                finding: 'No mail server is configured; outside production mails are read on the page Outbox.',
                fix,
              },
        ]
      }
      try {
        await transport.verify()
        return [{ level: 'ok', finding: `The mail server ${server.host} takes our mail.` }]
      } catch (error) {
        const refused = error instanceof Problem && error.type === targetRefused
        return [
          {
            level: 'warning',
            finding: `The mail server ${server.host} cannot be used: ${(error as Error).message}`,
            fix: refused
              ? `It is in a private network: add ${server.host}:${server.port} to DIAL_ALLOW, and restart.`
              : 'Check SMTP_URL or SMTP_HOST, SMTP_PORT, SMTP_USER and SMTP_PASSWORD; then "daytwo mail:test --to <you>".',
          },
        ]
      }
    },
  },
  {
    name: 'mail.failed',
    summary: 'No mail failed lately',
    async check() {
      const { failed, retrying, lastError } = await database.platformTx(
        'mail standing',
        async (tx) => (await tx.row(standing, { hours: lookBackHours }))!,
      )
      if (failed + retrying === 0) return [{ level: 'ok', finding: 'No mail failed within a day.' }]
      return [
        {
          level: 'warning',
          finding: `Within a day ${failed} mails failed for good, and ${retrying} are being tried again. Last: ${lastError ?? 'unknown'}`,
          fix: 'Mend the reason, then send them again on the page Outbox or with POST /api/v1/mail/<id>/send-again.',
        },
      ]
    },
  },
]
