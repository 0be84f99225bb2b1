import type { Database } from '#kernel/database/index.ts'
import type { MailPort } from '#modules/mail/index.ts'

/** What the use cases of pulse surveys need. */
export type PulseDeps = {
  readonly database: Database
  readonly mail: MailPort
  /** Answers are kept under an HMAC with this key; derived from HMAC_KEY. */
  readonly answerKey: Buffer
}
