/** What a module declares about rows that are not kept for ever; the module `retention` archives and purges them. */
import type { PlatformTx, TenantTx } from '#kernel/database/index.ts'
import type { Setting } from '#kernel/settings/index.ts'
import type { Sql } from '#kernel/sql/index.ts'

/** A row as it is archived: columns by their names, then what `more` adds. */
export type RetainedRow = Readonly<Record<string, unknown>>

/** What an archived part says of itself to those who purge its rows. */
export type Receipt = {
  readonly table: string
  readonly day: string
  /** Name of the file in the archive; null where nothing is archived. */
  readonly file: string | null
  readonly rows: number
  readonly sha256: string
}

export type RetentionPolicy = {
  readonly table: string
  /** Column of the time of recording, from which the window counts. An index on (tenant_id, it) keeps the search cheap. */
  readonly recordedAt: string
  /** Days that rows are kept, at least; whole UTC days are purged. */
  readonly days: Setting<number>
  /** SQL condition on the row `w`: which rows may go at all. */
  readonly only?: string
  /** The same for rows of one day, where it depends on the day which may go yet. */
  readonly ofDay?: (of: { tenantId: string; day: string }) => Sql
  /** False for rows nobody could make use of again. */
  readonly archived: boolean
  /** Columns that are not archived: they are made again, and change without the fact changing. */
  readonly leaveOut?: readonly string[]
  /** Rows a transaction of the purge; default 1000. */
  readonly rowsAtOnce?: number
  /** Members to add to each archived row, in the rows' order. */
  readonly more?: (tx: TenantTx, rows: readonly RetainedRow[]) => Promise<readonly RetainedRow[]>
  /** Advisory locks of whoever works on these rows, taken before any row is locked. */
  readonly lock?: (tx: TenantTx, rows: readonly RetainedRow[]) => Promise<unknown>
  /** In the purge's transaction, before the rows go. Returns the instants whose days' figures lose facts. */
  readonly beforePurge?: (tx: TenantTx, rows: readonly RetainedRow[]) => Promise<readonly Date[]>
  /** In the purge's transaction, after the rows went. */
  readonly afterPurge?: (tx: TenantTx, rows: readonly RetainedRow[]) => Promise<unknown>
  /** How rows go that no role may delete; returns how many went. */
  readonly remove?: (
    tx: PlatformTx,
    tenantId: string,
    rows: readonly RetainedRow[],
    before: string,
    receipt: Receipt,
  ) => Promise<number>
  readonly replay?: Replay
}

export type Replay = {
  /** Tables are replayed in ascending order. */
  readonly order: number
  /** False: only when the table is asked for by name. */
  readonly byDefault: boolean
  /** Puts archived rows (JSON text, one a row) back; must bear repetition. Returns how many were new or changed. */
  write(tenantId: string, lines: readonly string[]): Promise<number>
}
