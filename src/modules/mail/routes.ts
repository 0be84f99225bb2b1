/** `/mail`. */
import { contextOf, type Http } from '#kernel/http/index.ts'
import { defaultLimit } from '#kernel/paging/index.ts'
import type { MailRecord } from './queries.ts'
import { listMails, type Reading, readMail, sendAgain } from './read-mail.ts'
import { mailId, mailList, mailQuery, mailReply, mailRow } from './schemas.ts'

const toReply = (mail: MailRecord, readable: boolean) => ({
  id: mail.id,
  tenant_id: mail.tenantId,
  ...whomOf(mail, readable),
  state: mail.state,
  attempts: mail.attempts,
  answer: mail.answer,
  created_at: mail.createdAt.toISOString(),
  sent_at: mail.sentAt?.toISOString() ?? null,
  due_at: mail.state === 'waiting' ? mail.dueAt.toISOString() : null,
  can_send_again: mail.data !== null && mail.finishedAt !== null,
})

/** What names its addressee: the mail server's words may, too. */
function whomOf({ to, subject, purpose, lastError, confidential, sentAt }: MailRecord, readable: boolean) {
  if (!confidential || (readable && !sentAt)) return { to, subject, purpose, last_error: lastError }
  const last_error = lastError && to !== '' ? lastError.replaceAll(to, '…') : lastError
  return { to: null, subject: null, purpose: 'confidential', last_error }
}

export const mailRoutes =
  (reading: Reading) =>
  (http: Http): void => {
    const { deliverable, readable } = reading
    http.get(
      '/mail',
      {
        config: { permission: 'mail:read' },
        schema: {
          tags: ['mail'],
          summary: 'Mails that were written to people, newest first',
          querystring: mailQuery,
          response: { 200: mailList },
        },
      },
      async (request) => {
        const { state, cursor = null, limit = defaultLimit } = request.query
        const { page, next } = await listMails(reading, contextOf(request), { state, before: cursor, limit })
        return { mails: page.map((mail) => toReply(mail, readable)), next_cursor: next, deliverable, readable }
      },
    )

    http.get(
      '/mail/:id',
      {
        config: { permission: 'mail:read' },
        schema: { tags: ['mail'], summary: 'One mail', params: mailId, response: { 200: mailReply } },
      },
      async (request) => {
        const { mail, text } = await readMail(reading, contextOf(request), request.params.id)
        return { ...toReply(mail, readable), text }
      },
    )

    http.post(
      '/mail/:id/send-again',
      {
        config: { permission: 'mail:write', idempotency: 'replay' },
        schema: {
          tags: ['mail'],
          summary: 'Send a mail again that failed or was kept',
          params: mailId,
          response: { 200: mailRow },
        },
      },
      async (request) => toReply(await sendAgain(reading, contextOf(request), request.params.id), readable),
    )
  }
