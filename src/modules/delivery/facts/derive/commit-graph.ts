/** The commits of a repository as far as they are known, by index, so that walks over 100,000 of them stay cheap. */
import type { CommitFact } from './facts.ts'

export type CommitGraph = {
  readonly commits: readonly CommitFact[]
  /** Index of a commit by its full sha; undefined when it is not known. */
  indexOf(sha: string | null): number | undefined
  /** Known parents only. */
  readonly parents: readonly (readonly number[])[]
  /** How many parents the facts name, known or not. */
  readonly parentCount: Uint8Array
}

const none: readonly number[] = []

export function commitGraph(commits: readonly CommitFact[]): CommitGraph {
  const index = new Map<string, number>()
  for (let at = 0; at < commits.length; at++) index.set(commits[at]!.sha, at)
  const parentCount = new Uint8Array(commits.length)
  const parents = commits.map(({ parents: text }, at) => {
    if (text === '') return none
    if (!text.includes(' ')) {
      parentCount[at] = 1
      const only = index.get(text)
      return only === undefined ? none : [only]
    }
    const shas = text.split(' ')
    parentCount[at] = Math.min(shas.length, 255)
    return shas.flatMap((sha) => index.get(sha) ?? [])
  })
  return { commits, indexOf: (sha) => (sha === null ? undefined : index.get(sha)), parents, parentCount }
}

/**
 * Visits `start` and its ancestors once each, without recursion: `enter` decides whether a commit is visited and walked
 * through, and must refuse those it has accepted before.
 */
export function walk(graph: CommitGraph, start: number, enter: (at: number) => boolean): void {
  const stack = [start]
  while (stack.length > 0) {
    const at = stack.pop()!
    if (!enter(at)) continue
    for (const parent of graph.parents[at]!) stack.push(parent)
  }
}
