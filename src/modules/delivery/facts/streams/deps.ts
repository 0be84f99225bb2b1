import type { Database } from '#kernel/database/index.ts'
import type { EventLog } from '#kernel/events/index.ts'

/** What the use cases of streams need. */
export type StreamDeps = { readonly database: Database; readonly eventLog: EventLog }
