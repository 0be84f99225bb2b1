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

/** Names as one line: nobody writes a paragraph of their own, or a header, into our mail. */
const line = (text: string) => text.replaceAll(/[\s\p{C}]+/gu, ' ').trim()
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
    return mail.send(tx, { tenantId, to, subject: title, text, purpose: 'invitation' })
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
    return mail.send(tx, { tenantId: p.tenantId, to: p.to, subject: title, text, purpose: 'registration-approved' })
  },

  rejected(tx: Tx, p: { to: string; organisation: string; reason: string }): Promise<number> {
    const title = 'Your request for a place on daytwo was declined'
    const text = letter({ title, lines: [`The request for "${line(p.organisation)}" was declined:`, line(p.reason)] })
    return mail.send(tx, { to: p.to, subject: title, text, purpose: 'registration-rejected' })
  },
})
