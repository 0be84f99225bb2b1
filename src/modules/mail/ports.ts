/** What other modules may ask of mail. */
import type { Tx } from '#kernel/database/index.ts'

export type NewMail = {
  /** Whose mail it is; where it belongs to none, the default tenant keeps it. In a tenant's transaction always that one. */
  readonly tenantId?: string | undefined
  /** One address, without a name. */
  readonly to: string
  readonly subject: string
  /** Plain text; see `letter`. Its links may lead to this instance only. */
  readonly text: string
  /** A word for what it is for: `invitation`, `reset`. */
  readonly purpose: string
  /**
   * That somebody got it says something of them: nobody sees address, subject and purpose who may not read the text, and they are erased
   * with it once it was sent.
   */
  readonly confidential?: boolean
}

/** What is the same at every attempt, so that a repeated delivery is known as such. */
export type Repeatable = {
  /** Part of the Message-ID: letters, digits and dashes. */
  readonly messageId: string
  readonly writtenAt: Date
}

export type MailPort = {
  /** False: no mail server is configured, and nothing arrives anywhere. */
  readonly deliverable: boolean
  /**
   * Writes a mail in the caller's transaction; it is sent after that commits. Returns its id. Throws `mail/not-sendable` (422) for a
   * control character in address or subject, an address that is none, and a link to anywhere else.
   */
  send(tx: Tx, mail: NewMail): Promise<number>
  /**
   * Hands a mail to the mail server at once, without writing it down: for work that tries again by itself. Resolves with the server's
   * answer. Throws what `send` throws, `mail/no-server`, `mail/refused` for good and `mail/not-taken` to be tried again.
   */
  deliver(mail: Omit<NewMail, 'tenantId' | 'confidential'> & Repeatable): Promise<string>
  /** Address of a page of the console on this instance; the token is in the fragment, which no server and no log sees. */
  link(path: string, token?: string): string
}
