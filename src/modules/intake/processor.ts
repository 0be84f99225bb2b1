/** What intake asks of the modules that understand events. */
import type { TenantTx } from '#kernel/database/index.ts'

/** An event as it came in, parsed. `payload` is whatever the sender signed: trust no part of its shape. */
export type IncomingEvent = {
  readonly id: number
  /** `github`, `jira`, `api` for what was said with a key, or the name of a generic source. */
  readonly source: string
  /** GitHub's `X-GitHub-Event`; Jira's `webhookEvent`; `type` of any other payload. */
  readonly type: string
  readonly deliveryId: string
  readonly enqueuedAt: Date
  readonly payload: unknown
}

/** A fact that an event caused or touched, for lineage. */
export type FactRef = { readonly table: string; readonly id: string }

/** `recorded`, or `ignored:<why>` for an event we have no use for or that is too incomplete to use. */
export type Processed = { readonly outcome: string; readonly facts: readonly FactRef[] }

/** Says on which days (`YYYY-MM-DD`) of which streams facts count, so that an event can be followed into the figures. */
export type DaysOfFacts = (
  tx: TenantTx,
  facts: readonly FactRef[],
) => Promise<{ readonly stream: string; readonly day: string }[]>

export type Processor = {
  /** `events` understands every source that no other processor names. */
  readonly source: 'github' | 'jira' | 'events'
  /**
   * Writes the facts of a batch of one tenant's events, in the transaction that also completes them; one result per event, in
   * order. Must be idempotent and must not depend on the order in which events arrive. Throws only when the batch cannot be
   * written; an event it cannot use is `ignored:…`.
   */
  process(tx: TenantTx, events: readonly IncomingEvent[]): Promise<readonly Processed[]>
}
