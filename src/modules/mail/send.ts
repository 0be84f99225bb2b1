/** Writes a mail down, in the transaction of whatever causes it. */
import { uuidv7 } from '#kernel/clock/index.ts'
import { defaultTenantId } from '#kernel/context/index.ts'
import { seal, unseal } from '#kernel/crypto/index.ts'
import type { TenantTx, Tx } from '#kernel/database/index.ts'
import { type Fault, Problem } from '#kernel/errors/index.ts'
import type { NewMail } from './ports.ts'
import { notSendable } from './problems.ts'
import { insertMail } from './queries.ts'

export type Envelope = { readonly key: Buffer; readonly baseUrl: string }

const contextOf = (messageId: string) => `mail:${messageId}`
export const openText = (key: Buffer, data: Buffer, messageId: string): string =>
  unseal(key, data, contextOf(messageId))

export async function writeMail({ key, baseUrl }: Envelope, tx: Tx, mail: NewMail): Promise<number> {
  refuseFaults(mail, baseUrl)
  const tenantId = (tx as Partial<TenantTx>).tenantId ?? mail.tenantId ?? defaultTenantId
  const messageId = uuidv7()
  const data = seal(key, mail.text, contextOf(messageId))
  const { to, subject, purpose, confidential = false } = mail
  return (await tx.row(insertMail, { tenantId, messageId, purpose, to, subject, data, confidential }))!.id
}

/** Throws `mail/not-sendable`. */
export function refuseFaults(mail: NewMail, baseUrl: string): void {
  const errors = faultsOf(mail, baseUrl)
  if (errors.length > 0) throw new Problem(notSendable, 'The mail holds what must not be in it.', { errors })
}

/** One address, as an envelope takes it: no name, no list, no comment, no quoting. */
const address = /^[a-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[^\s@<>()[\]\\,;:"]{1,253}$/i
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const control = /[\0-\x1f\x7f\u2028\u2029]/
const longestSubject = 200
const longestText = 20_000
const links = /[a-z][a-z0-9+.-]{0,20}:\/\/[^\s<>"]+/gi

/**
 * Header fields take no control character: one line break would begin another field. A link leads here or the mail is not
 * written: names that people choose (of a tenant, of themselves) come into texts, and would be bait under our sender.
 */
function faultsOf({ to, subject, text }: NewMail, baseUrl: string): Fault[] {
  const fault = (field: string, detail: string, code: string): Fault => ({ pointer: `#/${field}`, detail, code })
  const found: Fault[] = []
  if (!address.test(to) || control.test(to)) found.push(fault('to', 'expected one plain e-mail address', 'address'))
  if (control.test(subject) || subject.trim() === '' || subject.length > longestSubject)
    found.push(fault('subject', 'expected one line of at most 200 characters', 'subject'))
  if (text.length > longestText || text.includes('\0'))
    found.push(fault('text', 'expected at most 20,000 characters', 'text'))
  const own = new URL(baseUrl).origin
  if ([...`${subject}\n${text}`.matchAll(links)].some(([link]) => URL.parse(link)?.origin !== own))
    found.push(fault('text', 'links lead to this instance only', 'foreign-link'))
  return found
}
