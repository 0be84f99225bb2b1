/** Comma-separated values that a spreadsheet reads as text and never as a formula (OWASP ASVS 1.2.10). */
type Cell = string | number | boolean | null

const begins = /^[=+\-@\t\r\n\0＝＋－＠]/

function cell(value: Cell): string {
  if (typeof value !== 'string') return value === null ? '' : String(value)
  const text = begins.test(value.trimStart() || value) || begins.test(value) ? `'${value}` : value
  return /[",\n\r\t']/.test(text) || text !== text.trim() ? `"${text.replaceAll('"', '""')}"` : text
}

/** RFC 4180: a header line, then a line a row. */
export const csv = (header: readonly string[], rows: readonly (readonly Cell[])[]): string =>
  [header, ...rows].map((row) => `${row.map(cell).join(',')}\r\n`).join('')
