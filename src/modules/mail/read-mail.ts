/** Looking at mails, and sending one again. */
import { audit } from '#kernel/audit/index.ts'
import { type Context, requirePermission } from '#kernel/context/index.ts'
import type { Database, Tx } from '#kernel/database/index.ts'
import { notFound, Problem } from '#kernel/errors/index.ts'
import { pageOf } from '#kernel/paging/index.ts'
import { alreadySent, noMailServer, stillWaiting } from './problems.ts'
import { type MailRecord, mails, makeDue } from './queries.ts'
import { openText } from './send.ts'

export type Reading = {
  readonly database: Database
  readonly key: Buffer
  readonly deliverable: boolean
  /** Texts may be read: there is no mail server, and this is not production. */
  readonly readable: boolean
}

/** A person who may read mail is of the platform and sees everybody's; a key reaches no further than its tenant. */
const reach = <T>(database: Database, ctx: Context, work: (tx: Tx) => Promise<T>): Promise<T> =>
  ctx.actor.type === 'person' || ctx.actor.type === 'command'
    ? database.platformTx('mail', work)
    : database.tenantTx(ctx, work)

export type Page = { readonly state: string; readonly before: number | null; readonly limit: number }

export async function listMails({ database }: Reading, ctx: Context, { state, before, limit }: Page) {
  requirePermission(ctx, 'mail:read')
  const wanted = { id: null, state: state === 'all' ? null : state, before, limit: limit + 1 }
  const rows = await reach(database, ctx, (tx) => tx.rows(mails, wanted))
  return pageOf(rows, limit, ({ id }) => id)
}

const found = async (tx: Tx, id: number): Promise<MailRecord> => {
  const mail = await tx.row(mails, { id, state: null, before: null, limit: 1 })
  if (!mail) throw new Problem(notFound, 'No mail has this id.')
  return mail
}

export async function readMail({ database, key, readable }: Reading, ctx: Context, id: number) {
  requirePermission(ctx, 'mail:read')
  const mail = await reach(database, ctx, (tx) => found(tx, id))
  return { mail, text: readable && mail.data ? openText(key, mail.data, mail.messageId) : null }
}

export async function sendAgain({ database, deliverable }: Reading, ctx: Context, id: number): Promise<MailRecord> {
  requirePermission(ctx, 'mail:write')
  return reach(database, ctx, async (tx) => {
    const { tenantId, data, finishedAt, purpose } = await found(tx, id)
    if (!deliverable) throw new Problem(noMailServer, 'There is no mail server to send it to.')
    if (!data) throw new Problem(alreadySent, 'The mail was sent; its text is gone.')
    if (!finishedAt || (await tx.run(makeDue, { tenantId, id })) === 0)
      throw new Problem(stillWaiting, 'The mail waits to be sent.')
    await audit(tx, { ...ctx, tenantId }, { action: 'mail.sent-again', subject: `mail:${id}`, after: { purpose } })
    return found(tx, id)
  })
}
