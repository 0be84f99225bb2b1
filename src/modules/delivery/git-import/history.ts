/**
 * The commits of a repository in memory: small integers for ids and flat arrays, so that a hundred thousand commits are a
 * few megabytes and ancestry is a walk over numbers.
 */
import { ticketKeys } from '../facts/tickets.ts'
import type { Git } from './git.ts'
import { pullRequestNumber, revertedCommit } from './message.ts'

export type History = {
  readonly shas: readonly string[]
  readonly ids: ReadonlyMap<string, number>
  /** Ids of parents of commit `id`: `parents[parentsAt[id]]` and on, `parentCount[id]` of them. */
  readonly parents: readonly number[]
  readonly parentsAt: readonly number[]
  readonly parentCount: readonly number[]
  /** Committer date, seconds since 1970. */
  readonly committedAt: readonly number[]
  readonly reverts: ReadonlyMap<number, string>
  readonly prNumbers: ReadonlyMap<number, number>
  readonly tickets: ReadonlyMap<number, readonly string[]>
}

/** Between the years 1970 and 9999: what PostgreSQL and ISO 8601 can both say. */
const lastSecond = 253_402_300_799
const progressEvery = 2000
/** Seconds as git prints them, kept within what can be stored; what is no number is 1970. */
export const secondOf = (printed: string): number => Math.min(Math.max(Number(printed) || 0, 0), lastSecond)
const fieldsPerCommit = 4

/** Reads every commit reachable from `tips`. `progress` is told how many were read. */
export async function readHistory(
  git: Git,
  tips: readonly string[],
  progress: (read: number) => void,
): Promise<History> {
  const shas: string[] = []
  const ids = new Map<string, number>()
  const parents: number[] = []
  const parentsAt: number[] = []
  const parentCount: number[] = []
  const committedAt: number[] = []
  const reverts = new Map<number, string>()
  const prNumbers = new Map<number, number>()
  const tickets = new Map<number, readonly string[]>()

  const idOf = (sha: string): number => {
    let id = ids.get(sha)
    if (id === undefined) {
      id = shas.push(sha) - 1
      ids.set(sha, id)
      parentsAt[id] = parentCount[id] = committedAt[id] = 0
    }
    return id
  }

  let read = 0
  // `rev-list` and not `log`, which obeys the repository's configuration. A record: id, parents, committer date, message.
  const args = ['rev-list', '--encoding=UTF-8', '--format=%H%x00%P%x00%ct%x00%B%x00', '--stdin']
  const record = ([head, parentList, seconds, body]: readonly Buffer[]) => {
    // Before the id stands the line `commit <id>`, and before that the line end of the record before.
    const id = idOf(head!.toString('latin1', head!.lastIndexOf(10) + 1))
    parentsAt[id] = parents.length
    if (parentList!.length > 0) for (const sha of parentList!.toString('latin1').split(' ')) parents.push(idOf(sha))
    parentCount[id] = parents.length - parentsAt[id]
    committedAt[id] = secondOf(seconds!.toString('latin1'))
    const message = body!.toString('utf8')
    const reverted = revertedCommit(message)
    if (reverted !== undefined) reverts.set(id, reverted)
    const prNumber = pullRequestNumber(message)
    if (prNumber !== undefined) prNumbers.set(id, prNumber)
    const keys = ticketKeys([message])
    if (keys.length > 0) tickets.set(id, keys)
    if (++read % progressEvery === 0) progress(read)
  }
  await readRecords(git.stream(args, `${tips.join('\n')}\n`), fieldsPerCommit, record)
  progress(read)
  return { shas, ids, parents, parentsAt, parentCount, committedAt, reverts, prNumbers, tickets }
}

/** Cuts a byte stream at its zero bytes and hands on `size` fields at a time; what follows the last zero is left out. */
async function readRecords(stream: AsyncIterable<Buffer>, size: number, record: (fields: readonly Buffer[]) => void) {
  let fields: Buffer[] = []
  let begun: Buffer[] = []
  for await (const chunk of stream) {
    let from = 0
    for (let at = chunk.indexOf(0); at !== -1; at = chunk.indexOf(0, from)) {
      const piece = chunk.subarray(from, at)
      fields.push(begun.length === 0 ? piece : Buffer.concat([...begun, piece]))
      if (begun.length > 0) begun = []
      from = at + 1
      if (fields.length < size) continue
      record(fields)
      fields = []
    }
    if (from < chunk.length) begun.push(chunk.subarray(from))
  }
}

export const isMerge = (history: History, id: number): boolean => history.parentCount[id]! > 1
