/** The secret of an authenticator app, as it is kept: sealed under the instance's key, bound to its person. */
import { seal, unseal } from '#kernel/crypto/index.ts'
import { Problem } from '#kernel/errors/index.ts'
import type { Deps } from './deps.ts'
import { totpUnreadable } from './problems.ts'

type Keyed = Pick<Deps, 'key'>

export const sealSecret = ({ key }: Keyed, secret: string, personId: string): Buffer => seal(key, secret, personId)

/** Throws `people/totp-unreadable` when it was sealed under another key, as after a change of `APP_KEY`. */
export function openSecret({ key }: Keyed, sealed: Uint8Array, personId: string): string {
  try {
    return unseal(key, sealed, personId)
  } catch (cause) {
    throw new Problem(totpUnreadable, 'Its secret was sealed under another APP_KEY.', { cause })
  }
}
