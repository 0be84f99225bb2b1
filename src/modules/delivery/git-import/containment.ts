/** Which release first contained a commit, by ancestry. */
import type { History } from './history.ts'

/** Owner of a commit that no release contains. */
export const notReleased = -1

/**
 * For each commit the index of the first of `tips` (releases in order of deployment) that contains it, or `notReleased`.
 * A commit belongs to a release when it is an ancestor of it (or it) and of none before: so what a maintenance line
 * carries after a later major release stays with that line. Ancestors of an owned commit are owned, so each is visited once.
 */
export function firstReleases(history: History, tips: readonly number[]): Int32Array {
  const { parents, parentsAt, parentCount, shas } = history
  const owner = new Int32Array(shas.length).fill(notReleased)
  const due: number[] = []
  tips.forEach((tip, release) => {
    if (owner[tip] !== notReleased) return
    owner[tip] = release
    due.push(tip)
    for (let id = due.pop(); id !== undefined; id = due.pop()) {
      const from = parentsAt[id]!
      for (let at = from; at < from + parentCount[id]!; at++) {
        const parent = parents[at]!
        if (owner[parent] !== notReleased) continue
        owner[parent] = release
        due.push(parent)
      }
    }
  })
  return owner
}
