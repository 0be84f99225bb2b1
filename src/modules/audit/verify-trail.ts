/** Verification as people ask for it: of one's own tenant, or at the command line of all. */
import { audit } from '#kernel/audit/index.ts'
import { now } from '#kernel/clock/index.ts'
import type { Context } from '#kernel/context/index.ts'
import { verifyAndRecord } from './nightly.ts'
import { requireAuditor } from './search.ts'
import type { ChainDeps, Step, Verified } from './verify.ts'

/** One at a time of a tenant: who asks meanwhile gets the same answer. */
const running = new Map<string, Promise<Verified>>()

/** Verifies the caller's whole chain; that it was verified, and how it ended, becomes an event itself. */
export async function verifyTrail(deps: ChainDeps, ctx: Context, step?: Step) {
  requireAuditor(ctx, 'audit:verify')
  const { tenantId } = ctx
  const known = running.get(tenantId)
  const verification = known ?? verifyAndRecord(deps, tenantId, step).finally(() => running.delete(tenantId))
  running.set(tenantId, verification)
  const { events, fromSeq, uptoSeq, checkpoints, faults } = await verification
  await deps.database.tenantTx(ctx, (tx) =>
    audit(tx, ctx, {
      action: 'audit.verified',
      subject: `audit:${fromSeq + 1}-${uptoSeq}`,
      after: { ok: faults.length === 0, events, faults: faults.length },
    }),
  )
  return {
    ok: faults.length === 0,
    verified_at: now().toISOString(),
    events,
    from_seq: fromSeq,
    upto_seq: uptoSeq,
    checkpoints,
    faults: [...faults],
  }
}
