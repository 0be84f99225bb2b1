/**
 * Many small rows as one text: a repository has a hundred thousand commits, and one value costs a fifth of as many rows. Fields are
 * separated by the control characters made for that, which no cleaned fact contains.
 */
import { z } from 'zod'
import { raw } from '#kernel/sql/index.ts'
import type { Change, CommitFact } from './facts.ts'

export const packedRow = z.object({ packed: z.string().nullable() })

/** `string_agg` of the given SQL expressions, one line a row; null is the empty text. */
export const packed = (...expressions: readonly string[]) =>
  raw(`string_agg(concat(${expressions.join(", E'\\x1f', ")}), E'\\x1e') as "packed"`)

/** SQL of an instant as whole milliseconds since 1970. */
export const ms = (column: string): string => `round(date_part('epoch', ${column}) * 1000)::bigint`

export const commitColumns = packed(
  'c.sha',
  "array_to_string(c.parents, ' ')",
  ms('c.committed_at'),
  'c.reverts',
  'c.pr_number',
  "array_to_string(c.ticket_keys, ' ')",
  'c.sealed',
)
export const changeColumns = packed(
  'c.sha',
  'c.deployment_id',
  ms('c.committed_at'),
  'c.clock',
  'c.pr_number',
  'c.lead_seconds',
  'c.coding_seconds',
  'c.pickup_seconds',
  'c.review_seconds',
  'c.deploy_seconds',
  'c.ticketed',
  'c.origin',
)

type Packed = z.output<typeof packedRow> | undefined

function lines<T>(row: Packed, read: (fields: readonly string[]) => T): T[] {
  if (!row?.packed) return []
  return row.packed.split('\x1e').map((line) => read(line.split('\x1f')))
}

const numberOrNull = (text: string | undefined): number | null => (text ? Number(text) : null)

export const unpackCommits = (row: Packed): CommitFact[] =>
  lines(row, ([sha, parents, committedAt, reverts, prNumber, tickets, sealed]) => ({
    sha: sha!,
    parents: parents!,
    committedAt: Number(committedAt),
    reverts: reverts || null,
    prNumber: numberOrNull(prNumber),
    tickets: tickets!,
    sealed: sealed === 't',
  }))

export type StoredChange = Change & { readonly origin: 'derived' | 'git' }

export const unpackChanges = (row: Packed): StoredChange[] =>
  lines(row, (fields) => ({
    sha: fields[0]!,
    deploymentId: Number(fields[1]),
    committedAt: Number(fields[2]),
    clock: fields[3] === 'committed' ? 'committed' : 'pr_first_commit',
    prNumber: numberOrNull(fields[4]),
    leadSeconds: Number(fields[5]),
    codingSeconds: numberOrNull(fields[6]),
    pickupSeconds: numberOrNull(fields[7]),
    reviewSeconds: numberOrNull(fields[8]),
    deploySeconds: numberOrNull(fields[9]),
    ticketed: fields[10] === 't',
    origin: fields[11] === 'git' ? 'git' : 'derived',
  }))
