/** How well a text answers what was typed: all letters in their order, better together and at the beginnings of words. */

/** Null when it does not answer at all; otherwise higher is better. */
export function score(typed: string, text: string): number | null {
  const wanted = typed.toLowerCase().replaceAll(/\s+/g, ' ').trim()
  const given = text.toLowerCase()
  if (wanted === '') return 0
  const whole = given.indexOf(wanted)
  if (whole >= 0) return 1000 - whole - given.length / 100 + (isWordStart(given, whole) ? 200 : 0)
  let points = 0
  let from = 0
  let last = -2
  for (const letter of wanted.replaceAll(' ', '')) {
    // The beginning of a word answers better than the next letter that happens to be there.
    const next = given.indexOf(letter, from)
    if (next < 0) return null
    const start = wordStart(given, letter, from)
    const at = next === last + 1 || start < 0 ? next : start
    points += at === last + 1 ? 12 : isWordStart(given, at) ? 10 : 1
    last = at
    from = at + 1
  }
  return points - given.length / 100
}

const isWordStart = (text: string, at: number) => at === 0 || !/[\p{L}\p{N}]/u.test(text.charAt(at - 1))

function wordStart(text: string, letter: string, from: number): number {
  for (let at = text.indexOf(letter, from); at >= 0; at = text.indexOf(letter, at + 1))
    if (isWordStart(text, at)) return at
  return -1
}

/** Those that answer, best first, equals as they were. */
export function best<Item>(typed: string, items: readonly Item[], textOf: (item: Item) => string): Item[] {
  return items
    .map((item) => ({ item, points: score(typed, textOf(item)) }))
    .filter((one): one is { item: Item; points: number } => one.points !== null)
    .sort((left, right) => right.points - left.points)
    .map(({ item }) => item)
}
