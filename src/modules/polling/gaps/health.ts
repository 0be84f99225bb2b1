/** Expected against seen, for integration health, alerts and the doctor. */
import type { AlertCondition, Finding } from '#kernel/alerts/index.ts'
import type { Context } from '#kernel/context/index.ts'
import type { Database } from '#kernel/database/index.ts'
import { gapFigures, lastLooks, unfilled } from './queries.ts'

const days = 7

export type SourceGaps = {
  /** When the source was last asked what it sent; null: never, or not to its end. */
  readonly checkedAt: Date | null
  /** Days that the figures are of. */
  readonly days: number
  readonly missing: number
  readonly backfilled: number
  /** Why the last look ended early. */
  readonly error: string | null
  readonly kinds: readonly {
    readonly kind: string
    /** Events that the source says there were. */
    readonly expected: number
    readonly missing: number
    readonly backfilled: number
  }[]
}

/** By source; a source that was never asked is not among them. */
export async function gapsOf(
  database: Database,
  ctx: Pick<Context, 'tenantId'>,
): Promise<ReadonlyMap<string, SourceGaps>> {
  return database.tenantTx(ctx, async (tx) => {
    const figures = Map.groupBy(await tx.rows(gapFigures, { days }), ({ source }) => source)
    const looks = new Map((await tx.rows(lastLooks, undefined)).map((row) => [row.source, row]))
    const sources = new Set([...figures.keys(), ...looks.keys()])
    return new Map(
      [...sources].map((source) => {
        const kinds = figures.get(source) ?? []
        const sum = (of: 'missing' | 'backfilled') => kinds.reduce((total, kind) => total + kind[of], 0)
        const look = looks.get(source)
        return [
          source,
          {
            checkedAt: look?.checkedAt ?? null,
            days,
            missing: sum('missing'),
            backfilled: sum('backfilled'),
            error: look?.error ?? null,
            kinds: kinds.map(({ kind, expected, missing, backfilled }) => ({ kind, expected, missing, backfilled })),
          },
        ]
      }),
    )
  })
}

export const gitHubGap: AlertCondition = {
  name: 'integration_gap_github',
  severity: 'MEDIUM',
  summary: 'Webhooks of GitHub did not arrive, and what they said could not be fetched',
  visibleTo: 'tenant',
  evaluate: (database) =>
    database.platformTx('gaps', async (tx) =>
      (await tx.rows(unfilled, { source: 'github', days })).map(({ tenantId, count, example, error }): Finding => {
        const why = error === null ? '' : ` (${error})`
        const detail = `${count} ${count === 1 ? 'event' : 'events'} of GitHub did not arrive and could not be fetched, for example ${example}${why}.`
        return { tenantId, subject: 'github', detail, value: count, threshold: 0 }
      }),
    ),
}
