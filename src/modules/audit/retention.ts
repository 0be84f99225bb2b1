/** How events leave the trail: as whole segments that begin the chain, archived before, up to a checkpoint that is signed for it. */
import { z } from 'zod'
import { Problem } from '#kernel/errors/index.ts'
import type { RetentionPolicy } from '#kernel/retention/index.ts'
import { defineSetting } from '#kernel/settings/index.ts'
import { sql } from '#kernel/sql/index.ts'
import { firstKept, insertCheckpoint, nowMicros, purgeAudit, purgeCheckpoint, segmentEnd } from './chain-queries.ts'
import { isGenuine, sign } from './checkpoint.ts'
import { chainBroken } from './problems.ts'
import { beginning, type ChainFault, followLinks } from './verify.ts'

export const auditEventsDays = defineSetting({
  name: 'retention.audit_events_days',
  summary: 'Days that the audit trail is kept before it is archived and purged.',
  schema: z.number().int().min(90).max(3650),
  default: 365,
})

const rowsAtOnce = 5000

export const auditRetention = (key: Buffer): RetentionPolicy => ({
  table: 'audit_events',
  recordedAt: 'created_at',
  days: auditEventsDays,
  archived: true,
  rowsAtOnce,
  ofDay: ({ tenantId, day }) => sql`w.seq < (select app.audit_prefix_end(${tenantId}::uuid, ${day}::date))`,
  async remove(tx, tenantId, rows, before, { file, rows: archivedRows, sha256 }) {
    const ids = rows.map(({ id }) => Number(id))
    const end = await tx.row(segmentEnd, { tenantId, ids })
    if (!end) return 0
    const faults: ChainFault[] = []
    const first = (await tx.row(firstKept, { tenantId }))!.seq
    const purged = first === 1 ? undefined : await tx.row(purgeCheckpoint, { tenantId, seq: first - 1 })
    if (first !== 1 && !(purged && isGenuine(key, purged)))
      throw new Problem(chainBroken, `No genuine checkpoint says what came before event ${first}.`)
    const base = purged ?? beginning
    // Whatever is purged was verified to its end: a fault must not leave the database with its evidence.
    await followLinks((work) => work(tx), tenantId, { seq: base.seq, hash: base.hash }, { faults, upto: end.seq })
    if (faults[0]) throw new Problem(chainBroken, faults[0].detail)
    const { micros } = (await tx.row(nowMicros, undefined))!
    await tx.run(insertCheckpoint, sign(key, { tenantId, ...end, kind: 'purge', micros }))
    return (await tx.row(purgeAudit, { tenantId, ids, before, file: file!, rows: archivedRows, sha256 }))!.removed
  },
})
