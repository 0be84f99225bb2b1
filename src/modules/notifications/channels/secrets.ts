/** Secrets of a channel at rest: sealed under the instance's key, bound to the channel. */
import { seal, unseal } from '#kernel/crypto/index.ts'
import type { Secrets } from '../providers/provider.ts'

const contextOf = (id: string) => `notification-channel:${id}`

export const sealSecrets = (key: Buffer, id: string, secrets: Secrets): Buffer =>
  seal(key, JSON.stringify(secrets), contextOf(id))

export const openSecrets = (key: Buffer, id: string, sealed: Buffer | null): Secrets =>
  sealed === null ? {} : JSON.parse(unseal(key, sealed, contextOf(id)))
