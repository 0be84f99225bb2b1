/** Door of mail: what is written to people, sent by the worker, and read where there is no mail server. */

import { now, uuidv7 } from '#kernel/clock/index.ts'
import type { Config } from '#kernel/config/index.ts'
import { type Context, requirePermission } from '#kernel/context/index.ts'
import { deriveKey } from '#kernel/crypto/index.ts'
import type { Database } from '#kernel/database/index.ts'
import type { Dial } from '#kernel/dial/index.ts'
import { Problem } from '#kernel/errors/index.ts'
import { defineModule } from '#kernel/module.ts'
import type { Work } from '#kernel/work/index.ts'
import { mailChecks, mailFailing } from './health.ts'
import { letter } from './letter.ts'
import type { MailPort } from './ports.ts'
import { alreadySent, noMailServer, notSendable, notTaken, refusedForGood, stillWaiting } from './problems.ts'
import { mailRoutes } from './routes.ts'
import { refuseFaults, writeMail } from './send.ts'
import { type MailConfig, mailServer, senderOf } from './server.ts'
import { mailDays } from './settings.ts'
import { smtpTransport } from './transport.ts'
import { mailWork } from './work.ts'

export { type Letter, letter } from './letter.ts'
export type { MailPort, NewMail } from './ports.ts'

/** What the command line may ask beside. */
export type MailAdministration = {
  /** Sends a mail at once, without the queue; resolves with what the server answered. */
  test(ctx: Context, to: string): Promise<string>
}

type Needs = {
  readonly database: Database
  readonly dial: Dial
  readonly config: MailConfig & Pick<Config, 'APP_KEY' | 'baseUrl' | 'production'>
}

export const mail = defineModule({
  name: 'mail',
  migrations: new URL('./migrations/', import.meta.url),
  permissions: [
    { name: 'mail:read', summary: 'See which mails were written and how they fared', least: 'support' },
    { name: 'mail:write', summary: 'Send mails again', least: 'platform_admin' },
  ],
  problems: [notSendable, noMailServer, alreadySent, stillWaiting, refusedForGood, notTaken],
  settings: [mailDays],
  start: ({ database, dial, config }: Needs) => {
    const { baseUrl, production } = config
    const key = deriveKey(config.APP_KEY!, 'mail')
    const server = mailServer(config)
    const transport = server && smtpTransport(dial, server)
    const { from, domain } = senderOf(config, baseUrl)
    const deliverable = server !== undefined
    const port: MailPort & MailAdministration = {
      deliverable,
      send: (tx, written) => writeMail({ key, baseUrl }, tx, written),
      async deliver({ to, subject, text, messageId, writtenAt, purpose }) {
        refuseFaults({ to, subject, text, purpose }, baseUrl)
        if (!transport) throw new Problem(noMailServer, 'There is no mail server to send to.')
        return transport.deliver({
          from,
          to,
          subject,
          text,
          messageId: `<${messageId}@${domain}>`,
          date: writtenAt,
        })
      },
      link: (path, token) => linkTo(baseUrl, path, token),
      async test(ctx, to) {
        requirePermission(ctx, 'mail:write')
        if (!transport) throw new Problem(noMailServer, 'There is no mail server to send to.')
        const text = letter({ title: 'It works.', lines: [`This instance (${baseUrl}) can send mail.`] })
        const messageId = `<${uuidv7()}@${domain}>`
        return transport.deliver({ from, to, subject: 'A test of daytwo', text, messageId, date: now() })
      },
    }
    return {
      port,
      work: [mailWork({ database, key, from, domain, production, transport }) as unknown as Work],
      routes: mailRoutes({ database, key, deliverable, readable: !deliverable && !production }),
      alerts: [mailFailing],
      doctor: mailChecks({ database, production, server, transport }),
      retention: [
        { table: 'mail', recordedAt: 'created_at', days: mailDays, only: 'w.finished_at is not null', archived: false },
      ],
    }
  },
})

/** Never another host, whatever `path` says: `//elsewhere` would be one. */
function linkTo(baseUrl: string, path: string, token: string | undefined): string {
  const url = new URL(path, baseUrl)
  if (url.origin !== new URL(baseUrl).origin) throw new TypeError(`${path} leads away from this instance`)
  if (token !== undefined) url.hash = `token=${token}`
  return url.href
}
