/** Sending what is due: one mail a row, at least once, with the same Message-ID each time. */
import { z } from 'zod'
import type { Database } from '#kernel/database/index.ts'
import { Problem } from '#kernel/errors/index.ts'
import type { LeasedWork } from '#kernel/work/index.ts'
import { noMailServer } from './problems.ts'
import { markSent } from './queries.ts'
import { openText } from './send.ts'
import type { Transport } from './transport.ts'

const row = z.object({
  messageId: z.string(),
  to: z.string(),
  subject: z.string(),
  data: z.instanceof(Buffer).nullable(),
  createdAt: z.date(),
})

type Deps = {
  readonly database: Database
  readonly key: Buffer
  readonly from: string
  readonly domain: string
  readonly production: boolean
  /** Undefined: no mail server is configured. */
  readonly transport: Transport | undefined
}

/** A connection each; a mail server bears few from one client. */
const batch = 5
/** With the waits between them, a little under an hour. */
const maxAttempts = 8

export const mailWork = ({
  database,
  key,
  from,
  domain,
  production,
  transport,
}: Deps): LeasedWork<z.output<typeof row>> => ({
  kind: 'leased',
  name: 'mail',
  table: 'mail',
  columns: `w.message_id as "messageId", w.to_address as "to", w.subject as "subject", w.data as "data", w.created_at as "createdAt"`,
  row,
  batch,
  maxAttempts,
  summary: 'w.purpose',
  async handle({ tenantId, id, messageId, to, subject, data, createdAt }) {
    // Taken before, by an attempt that died before it could say so to the engine.
    if (data === null) return { outcome: 'sent' }
    if (!transport) {
      if (production) throw new Problem(noMailServer, 'No mail server is configured.')
      return { outcome: 'kept:no-mail-server' }
    }
    const text = openText(key, data, messageId)
    const answer = await transport.deliver({
      from,
      to,
      subject,
      text,
      messageId: `<${messageId}@${domain}>`,
      date: createdAt,
    })
    await database.platformTx('mail sent', (tx) =>
      tx.run(markSent, { tenantId, id, answer: answer.replaceAll('\0', '') }),
    )
    return { outcome: 'sent' }
  },
})
