/** What counts as a deployment in a repository: release tags, or merges to the default branch. */
import { invalidRequest, Problem } from '#kernel/errors/index.ts'
import type { Git } from './git.ts'
import { type History, isMerge, secondOf } from './history.ts'

export type Release = {
  /** Tag, or sha of the merge. */
  readonly name: string
  readonly ref: string | undefined
  /** Id of the commit in the history. */
  readonly tip: number
  /** Seconds since 1970. */
  readonly deployedAt: number
  readonly hotfix: boolean
}

/** A tag that peels to a commit. `taggedAt` is the tagger date; a lightweight tag has none. */
export type ReleaseTag = { readonly tag: string; readonly sha: string; readonly taggedAt: number | undefined }

/** `v1.2.3`, `1.2.3` and hotfixes of those (`v1.2.3-hotfix.1`); `v2.0.0-rc.1` is not a release. */
const releaseTag = /^v?\d+\.\d+\.\d+(?:[-.+]hotfix[\w.+-]*)?$/i
const hotfixMark = /hotfix/i
const fieldEnd = '%00'

/** The pattern a tag must match in full. */
export function tagMatcher(pattern: string | undefined): RegExp {
  if (pattern === undefined) return releaseTag
  try {
    return new RegExp(`^(?:${pattern})$`)
  } catch (error) {
    const errors = [{ pointer: '/tagPattern', detail: (error as Error).message }]
    throw new Problem(invalidRequest, 'The tag pattern is not a regular expression.', { errors })
  }
}

/** Tags that match and name a commit, through any number of tags of tags; tags of trees and blobs are left out. */
export async function readReleaseTags(git: Git, matches: RegExp): Promise<ReleaseTag[]> {
  const format = ['%(refname)', '%(objectname)', '%(taggerdate:unix)'].join(fieldEnd)
  const listed = await git.text(['for-each-ref', `--format=${format}`, 'refs/tags'])
  const found = listed
    .split('\n')
    .filter(Boolean)
    .map((line) => line.split('\0') as [string, string, string])
    .map(([ref, object, taggedAt]) => ({ tag: ref.slice('refs/tags/'.length), object, taggedAt }))
    .filter(({ tag }) => matches.test(tag))
  if (found.length === 0) return []
  const asked = found.map(({ object }) => `${object}^{commit}\n`).join('')
  const peeled = (await git.text(['cat-file', '--batch-check=%(objectname)'], asked)).split('\n')
  return found.flatMap(({ tag, taggedAt }, at) => {
    const sha = peeled[at]!
    return /^[0-9a-f]+$/.test(sha) ? [{ tag, sha, taggedAt: taggedAt === '' ? undefined : secondOf(taggedAt) }] : []
  })
}

/** Tags as releases in order of deployment; those of the same second in order of version. */
export const releasesOfTags = (tags: readonly ReleaseTag[], history: History): Release[] =>
  tags
    .map(({ tag, sha, taggedAt }) => {
      const tip = history.ids.get(sha)!
      const deployedAt = taggedAt ?? history.committedAt[tip]!
      return { name: tag, ref: `refs/tags/${tag}`, tip, deployedAt, hotfix: hotfixMark.test(tag) }
    })
    .sort((a, b) => a.deployedAt - b.deployedAt || byVersion(a.name, b.name))

const numeric = new Intl.Collator('en', { numeric: true })
const byVersion = (a: string, b: string) =>
  numeric.compare(a.replace(/^v/i, ''), b.replace(/^v/i, '')) || (a < b ? -1 : 1)

/** Merges on the first-parent line of `head` as releases in order of deployment; of the same second, the older first. */
export function releasesOfMerges(head: string, branch: string | undefined, history: History): Release[] {
  const found: Release[] = []
  for (let id = history.ids.get(head); id !== undefined; id = firstParent(history, id))
    if (isMerge(history, id))
      found.push({ name: history.shas[id]!, ref: branch, tip: id, deployedAt: history.committedAt[id]!, hotfix: false })
  return found.reverse().sort((a, b) => a.deployedAt - b.deployedAt)
}

const firstParent = (history: History, id: number): number | undefined =>
  history.parentCount[id] === 0 ? undefined : history.parents[history.parentsAt[id]!]
