/** Rows as archived lines: the database's own JSON text, so that nothing is lost on the way through JavaScript. */
import { createHash } from 'node:crypto'
import type { TenantTx, Tx } from '#kernel/database/index.ts'
import type { RetainedRow, RetentionPolicy } from '#kernel/retention/index.ts'
import type { PlacedRow } from './table-statements.ts'

export type ArchiveRow = PlacedRow & { readonly row: RetainedRow }

/** The page's rows with what the policy adds, as they are archived. */
export async function archiveRows(policy: RetentionPolicy, tx: Tx, page: readonly PlacedRow[]): Promise<ArchiveRow[]> {
  const rows = page.map(({ line }) => JSON.parse(line) as RetainedRow)
  const more = await policy.more?.(tx as TenantTx, rows)
  return page.map((placed, at) => {
    const extra = more?.[at]
    if (!extra || Object.keys(extra).length === 0) return { ...placed, row: rows[at]! }
    const line = `${placed.line.slice(0, -1)},${JSON.stringify(extra).slice(1)}`
    return { ...placed, line, row: { ...rows[at]!, ...extra } }
  })
}

/** Short enough to hold a part's worth of them, long enough never to meet by chance. */
export const fingerprint = (line: string): string => createHash('sha256').update(line).digest('base64').slice(0, 32)

export function digestLines(lines: readonly string[]): { bytes: number; sha256: string } {
  const hash = createHash('sha256')
  let bytes = 0
  for (const line of lines) {
    hash.update(line).update('\n')
    bytes += Buffer.byteLength(line) + 1
  }
  return { bytes, sha256: hash.digest('hex') }
}
