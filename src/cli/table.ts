/** Rows as an aligned table for people; commands print JSON instead with --json. */
type Cell = string | number | boolean | Date | null | undefined

export function printTable(rows: readonly Record<string, Cell>[], empty = '(none)'): void {
  if (rows.length === 0) {
    console.log(empty)
    return
  }
  const names = Object.keys(rows[0]!)
  const texts = rows.map((row) => names.map((name) => text(row[name])))
  const widths = names.map((name, index) => Math.max(name.length, ...texts.map((cells) => cells[index]!.length)))
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, index) => cell.padEnd(widths[index]!))
      .join('  ')
      .trimEnd()
  console.log(line(names))
  console.log(line(widths.map((width) => '─'.repeat(width))))
  for (const cells of texts) console.log(line(cells))
}

function text(cell: Cell): string {
  if (cell === null || cell === undefined) return '—'
  if (cell instanceof Date) return cell.toISOString().replace('T', ' ').slice(0, 19)
  return String(cell).replaceAll(/\s+/g, ' ')
}
