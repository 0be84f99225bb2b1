/** Whatever happens to second factors is written down, and what should make their person look up is mailed to them. */
import { audit } from '#kernel/audit/index.ts'
import type { Context } from '#kernel/context/index.ts'
import type { PlatformTx } from '#kernel/database/index.ts'
import { auditable } from '../person-context.ts'
import type { Person } from '../ports.ts'
import type { Deps } from './deps.ts'

type Happening = {
  readonly action: string
  readonly subject?: string
  readonly before?: unknown
  readonly after?: unknown
  /** The mail's subject and first sentence, where there is to be one. */
  readonly mail?: { readonly subject: string; readonly text: string }
}

export async function record(tx: PlatformTx, deps: Deps, ctx: Context, person: Person, what: Happening): Promise<void> {
  const { action, subject = `person:${person.id}`, before, after, mail } = what
  await audit(tx, auditable(ctx), { action, subject, before, after })
  if (!mail) return
  // Neither names nor links: whoever got in could have chosen the one, and nobody should learn to follow the other.
  const text = `Hello,

${mail.text}

If this was you, there is nothing to do. If it was not, sign in as you always do, look through your account, and change your password.
`
  await deps.mail().send(tx, { to: person.email, subject: mail.subject, text, purpose: 'second-factor' })
}
