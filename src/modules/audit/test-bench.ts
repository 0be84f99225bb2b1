/** An audit trail for tests: events written through the product's own call, a store for copies, and a superuser who tampers. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after } from 'node:test'
import { audit } from '#kernel/audit/index.ts'
import type { Context } from '#kernel/context/index.ts'
import { folderStore } from '#kernel/store/index.ts'
import { testDatabase, testSecret } from '#test/support/database.ts'
import { checkpointKey } from './checkpoint.ts'
import { copyToArchive, signChain } from './nightly.ts'
import { type ChainDeps, verifyChain } from './verify.ts'

/** Hashes and head computed anew from a place on, as someone who knows the computation would. */
export const recompute = (from: number) => `do $do$
  declare e audit_events; link bytea;
  begin
    select hash into link from audit_events where tenant_id = $tenant and seq = ${from - 1};
    link := coalesce(link, '');
    for e in select * from audit_events where tenant_id = $tenant and seq >= ${from} order by seq loop
      link := app.audit_hash(link, e.seq, e);
      update audit_events set hash = link where tenant_id = $tenant and seq = e.seq;
    end loop;
    update audit_chain set hash = link, seq = (select max(seq) from audit_events where tenant_id = $tenant) where tenant_id = $tenant;
  end $do$`

export async function auditBench() {
  const db = await testDatabase()
  const folder = mkdtempSync(join(tmpdir(), 'daytwo-audit-'))
  after(() => rmSync(folder, { recursive: true, force: true }))
  const deps: ChainDeps = { database: db.database, store: folderStore(folder), key: checkpointKey(testSecret) }
  return {
    ...db,
    deps,
    folder,
    /** Writes events, one a transaction. */
    async write(ctx: Context, count: number, action = 'test.done') {
      for (let n = 1; n <= count; n++)
        await db.database.tenantTx(ctx, (tx) =>
          audit(tx, ctx, { action, subject: `thing:${n}`, before: { n: n - 1 }, after: { n, text: 'ü "quoted"\n' } }),
        )
    },
    /** A night: the newest segment is verified and signed, and copies go to the archive. */
    async sign(ctx: Context) {
      const signed = await signChain(deps, ctx.tenantId)
      await copyToArchive(deps)
      return signed
    },
    /** What verification says, as `kind seq`. */
    async faults(ctx: Context) {
      const { faults } = await verifyChain(deps, ctx.tenantId)
      return faults.map(({ kind, seq }) => `${kind} ${seq}`)
    },
    chain: (ctx: Context) =>
      db.sql(
        'select id::int, seq::int, subject, encode(hash, $2) as hash from audit_events where tenant_id = $1 order by seq',
        [ctx.tenantId, 'hex'],
      ),
    /** Runs SQL as a superuser who also switches every trigger off. */
    tamper: (ctx: Context, text: string) =>
      db.sql(
        `set session_replication_role = replica; ${text.replaceAll('$tenant', `'${ctx.tenantId}'`)}; set session_replication_role = origin`,
      ),
  }
}
export type AuditBench = Awaited<ReturnType<typeof auditBench>>
