/** The trail as a file: JSON lines or CSV, written page by page while the caller reads, newest event first. */
import { audit } from '#kernel/audit/index.ts'
import type { Context } from '#kernel/context/index.ts'
import type { Database } from '#kernel/database/index.ts'
import { requireAuditor, toEvent } from './search.ts'
import { type AuditFilters, type AuditRow, searchEvents } from './search-queries.ts'

export type ExportFormat = 'jsonl' | 'csv'
/** What is in memory of an export at a time, beside what its reader has not taken yet. */
const pageSize = 500

/**
 * Audits the export, then yields its text. `goesOn` is asked before each page: false ends the export where it is, without its
 * last line, so that nobody takes a part for the whole.
 */
export async function exportAudit(
  database: Database,
  ctx: Context,
  { format, ...filters }: AuditFilters & { format: ExportFormat },
  goesOn: () => Promise<boolean>,
): Promise<AsyncIterable<string>> {
  requireAuditor(ctx, 'audit:export')
  await database.tenantTx(ctx, (tx) =>
    audit(tx, ctx, { action: 'audit.exported', subject: `audit:${format}`, after: { format, filters } }),
  )
  return write(database, ctx, filters, format, goesOn)
}

async function* write(
  database: Database,
  ctx: Context,
  filters: AuditFilters,
  format: ExportFormat,
  goesOn: () => Promise<boolean>,
): AsyncIterable<string> {
  if (format === 'csv') yield csvHeader
  const line = format === 'csv' ? csvLine : jsonLine
  for (let before: { micros: string; id: string } | null = null; ; ) {
    const page: AuditRow[] = await database.tenantRead(ctx, (tx) =>
      tx.rows(searchEvents, { filters, before, limit: pageSize }),
    )
    if (page.length > 0) yield page.map(line).join('')
    if (page.length < pageSize) return
    const last = page.at(-1)!
    before = { micros: last.micros, id: String(last.id) }
    if (!(await goesOn())) throw new Error('the caller of an export of the audit trail may no longer read it')
  }
}

const jsonLine = (row: AuditRow): string => `${JSON.stringify(toEvent(row))}\n`

const csvHeader =
  'seq,id,created_at,module,action,actor_type,actor_id,actor_name,subject,request_id,before,after,hash\r\n'

const csvLine = (row: AuditRow): string =>
  `${[
    row.seq,
    row.id,
    row.createdAt.toISOString(),
    row.module,
    row.action,
    row.actorType,
    row.actorId,
    row.actorName,
    row.subject,
    row.requestId,
    json(row.delta.before),
    json(row.delta.after),
    row.hash,
  ]
    .map(csvCell)
    .join(',')}\r\n`

const json = (value: unknown) => (value === undefined ? null : JSON.stringify(value))

/** Spreadsheets run what begins like a formula; a quote in front makes it text. Numbers stay numbers. */
export function csvCell(value: string | number | null): string {
  if (value === null) return ''
  if (typeof value === 'number') return String(value)
  const safe = /^[=+\-@\t\r\0]/.test(value) ? `'${value}` : value
  return `"${safe.replaceAll('"', '""')}"`
}
