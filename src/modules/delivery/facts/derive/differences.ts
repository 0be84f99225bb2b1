/** What to write so that stored rows become the derived ones. Pure. */
import type { Change, Failure } from './facts.ts'

export type Differences<T> = {
  /** New, or different from what is stored. */
  readonly put: readonly T[]
  /** Stored and no longer derived. */
  readonly gone: readonly T[]
  /** Stored rows that `put` replaces. */
  readonly replaced: readonly T[]
}

function differences<T>(
  stored: readonly T[],
  derived: readonly T[],
  keyOf: (row: T) => string,
  same: (a: T, b: T) => boolean,
): Differences<T> {
  const left = new Map(stored.map((row) => [keyOf(row), row]))
  const put: T[] = []
  const replaced: T[] = []
  for (const row of derived) {
    const key = keyOf(row)
    const before = left.get(key)
    if (before === undefined) put.push(row)
    else if (!same(before, row)) {
      put.push(row)
      replaced.push(before)
    }
    left.delete(key)
  }
  return { put, gone: [...left.values()], replaced }
}

export const changeDifferences = (stored: readonly Change[], derived: readonly Change[]): Differences<Change> =>
  differences(
    stored,
    derived,
    ({ sha }) => sha,
    (a, b) =>
      a.deploymentId === b.deploymentId &&
      a.committedAt === b.committedAt &&
      a.clock === b.clock &&
      a.prNumber === b.prNumber &&
      a.leadSeconds === b.leadSeconds &&
      a.codingSeconds === b.codingSeconds &&
      a.pickupSeconds === b.pickupSeconds &&
      a.reviewSeconds === b.reviewSeconds &&
      a.deploySeconds === b.deploySeconds &&
      a.ticketed === b.ticketed,
  )

export const failureDifferences = (stored: readonly Failure[], derived: readonly Failure[]): Differences<Failure> =>
  differences(
    stored,
    derived,
    ({ deploymentId, cause, causeKey }) => `${deploymentId} ${cause} ${causeKey}`,
    (a, b) =>
      a.recoveredAt === b.recoveredAt &&
      a.method === b.method &&
      a.confidence === b.confidence &&
      sameJson(a.evidence, b.evidence),
  )

/** Equal as JSON, whatever the order of fields; `jsonb` has an order of its own. */
export const sameJson = (a: unknown, b: unknown): boolean => canonical(a) === canonical(b)

const canonical = (value: unknown): string =>
  JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  )
