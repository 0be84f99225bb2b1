/** What this module writes to people. */
import type { Tx } from '#kernel/database/index.ts'
import { letter, type MailPort } from '#modules/mail/index.ts'

type Invited = {
  readonly tenantId: string
  readonly tenant: string
  readonly to: string
  readonly by: string
  readonly role: string
  readonly token: string
  readonly days: number
}

export type Mails = ReturnType<typeof makeMails>

/**
 * Names as one line: nobody writes a paragraph of their own, or a header, into our mail, nor a link. Names with one are refused where
 * they are given here, but an identity provider's are as they are.
 */
const line = (text: string) =>
  text
    .replaceAll(/[\s\p{C}]+/gu, ' ')
    .replaceAll('://', ': ')
    .trim()

const longestInSubject = 80
/** Two of them and the words around leave a subject within what a mail may have. */
const short = (text: string) => {
  const whole = line(text)
  if (whole.length <= longestInSubject) return whole
  // Never half of a character that takes two units.
  return `${whole.slice(0, longestInSubject - 1).replace(/[\ud800-\udbff]$/, '')}…`
}
const unexpected = 'If you did not expect this, do nothing: nothing happens.'

export const makeMails = (mail: MailPort) => ({
  deliverable: mail.deliverable,

  invitation(tx: Tx, { tenantId, tenant, to, by, role, token, days }: Invited): Promise<number> {
    const title = `${line(by)} invites you to ${line(tenant)}`
    const text = letter({
      title,
      lines: [`You would belong to ${line(tenant)} as ${role}. The link is for ${to} alone.`],
      action: { label: 'Accept the invitation', url: mail.link('/invitation', token), validFor: `${days} days` },
      footer: unexpected,
    })
    const subject = `${short(by)} invites you to ${short(tenant)}`
    return mail.send(tx, { tenantId, to, subject, text, purpose: 'invitation' })
  },

  /** The same for everybody but for its words: whether an address is known is told to that address alone. */
  registration(
    tx: Tx,
    p: { to: string; organisation: string; token: string; hours: number; known: boolean; elsewhere: boolean },
  ): Promise<number> {
    const next = p.known
      ? 'You have an account with this address: sign in with it first, then open the link.'
      : p.elsewhere
        ? 'The link confirms your address. It takes no password: you sign in with the identity provider.'
        : 'The link confirms your address; you choose a password there.'
    const text = letter({
      title: 'Your request for a place on daytwo',
      lines: [`Somebody, probably you, asked for a place for "${line(p.organisation)}".`, next],
      action: {
        label: 'Confirm the request',
        url: mail.link('/register/confirm', p.token),
        validFor: `${p.hours} hours`,
      },
      footer: unexpected,
    })
    return mail.send(tx, { to: p.to, subject: 'Your request for a place on daytwo', text, purpose: 'registration' })
  },

  approved(tx: Tx, p: { tenantId: string; to: string; tenant: string }): Promise<number> {
    const title = `${line(p.tenant)} is ready`
    const text = letter({
      title,
      lines: ['Your request was approved, and you are its owner.'],
      action: { label: 'Sign in', url: mail.link('/sign-in') },
    })
    const subject = `${short(p.tenant)} is ready`
    return mail.send(tx, { tenantId: p.tenantId, to: p.to, subject, text, purpose: 'registration-approved' })
  },

  rejected(tx: Tx, p: { to: string; organisation: string; reason: string }): Promise<number> {
    const title = 'Your request for a place on daytwo was declined'
    const text = letter({ title, lines: [`The request for "${line(p.organisation)}" was declined:`, line(p.reason)] })
    return mail.send(tx, { to: p.to, subject: title, text, purpose: 'registration-rejected' })
  },
})
