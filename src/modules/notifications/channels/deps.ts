import type { Database } from '#kernel/database/index.ts'
import type { Dial } from '#kernel/dial/index.ts'
import type { EventLog } from '#kernel/events/index.ts'
import type { Provider } from '../providers/provider.ts'
import type { Kind } from './fields.ts'

export type Deps = {
  readonly database: Database
  readonly eventLog: EventLog
  readonly dial: Dial
  /** Seals the secrets of channels. */
  readonly key: Buffer
  readonly providers: Readonly<Record<Kind, Provider>>
  /** Hosts whose addresses may be those of Slack's incoming webhooks. */
  readonly slackHosts: readonly string[]
  /** http is spoken too. */
  readonly plain: boolean
  readonly mailDeliverable: boolean
  /** Pages of this instance. */
  readonly pages: Pages
}
export type Pages = {
  alert(id: string): string
  runbook(condition: string): string
}
