/** Labels above a plot that do not touch. Pure. */

export type Mark = { x: string; label: string }

/** What a character takes of the width of a plot on a phone. */
const characterShare = 0.036

/** Each mark with the row its label stands in: the lowest, 0, or the first above it where it touches no other. */
export function inRows(marks: readonly Mark[], xs: readonly string[]): (Mark & { row: number })[] {
  const placed: (Mark & { row: number; at: number; half: number })[] = []
  for (const mark of marks) {
    const at = xs.indexOf(mark.x) / xs.length
    const half = (mark.label.length * characterShare) / 2
    const touches = (row: number) =>
      placed.some((other) => other.row === row && Math.abs(other.at - at) < other.half + half)
    let row = 0
    while (touches(row)) row++
    placed.push({ ...mark, row, at, half })
  }
  return placed.map(({ x, label, row }) => ({ x, label, row }))
}
