/** Names against patterns in which `*` stands for anything. No regular expression: the patterns come from users. */
export const matchesAny = (name: string, patterns: readonly string[]): boolean =>
  patterns.some((pattern) => matches(name.toLowerCase(), pattern.toLowerCase()))

/** Greedy with one point to return to: at most name × pattern steps. */
function matches(name: string, pattern: string): boolean {
  let at = 0
  let part = 0
  let star = -1
  let starAt = 0
  while (at < name.length) {
    if (pattern[part] === '*') {
      star = part++
      starAt = at
    } else if (pattern[part] === name[at]) {
      part++
      at++
    } else if (star >= 0) {
      part = star + 1
      at = ++starAt
    } else return false
  }
  while (pattern[part] === '*') part++
  return part === pattern.length
}
