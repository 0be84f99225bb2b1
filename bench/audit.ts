/**
 * What the audit trail's chain costs: a write alone and of 20 writers of one tenant, with and without the chain in turns; chaining
 * events that are there, verifying and searching a million. Run alone with `bin/pinned-node bench/audit.ts [superuser URL]`.
 */
import { readFileSync } from 'node:fs'
import pg from 'pg'
import { pino } from 'pino'
import { audit } from '#kernel/audit/index.ts'
import { type Context, defaultTenantId } from '#kernel/context/index.ts'
import { type Database, openDatabase } from '#kernel/database/index.ts'
import { folderStore } from '#kernel/store/index.ts'
import { checkpointKey } from '#modules/audit/checkpoint.ts'
import { actionFacet, actorFacet, moduleFacet, searchEvents } from '#modules/audit/search-queries.ts'
import { verifyChain } from '#modules/audit/verify.ts'
import { benchDatabase, benchSecret, benchServer } from './support/database.ts'
import { median } from './support/median.ts'

export type AuditRow = { readonly what: string; readonly without: string; readonly measured: string }
const rounds = 7
const writers = 20
const ctx: Context = {
  tenantId: defaultTenantId,
  actor: { type: 'key', id: 'bench', name: 'bench' },
  permissions: new Set(['*']),
}
const migration = new URL('../src/modules/audit/migrations/202611210440_audit_chain.sql', import.meta.url)

export async function run(server: string, events: number): Promise<AuditRow[]> {
  const { database: small, adminUrl, url, drop } = await benchDatabase(server, 'bench_audit')
  const database = openDatabase({ url, poolMax: writers, name: 'bench', log: pino({ level: 'silent' }) })
  const admin = new pg.Client({ connectionString: adminUrl })
  await admin.connect()
  try {
    const rows = await costOfWriting(database, admin)
    for (const many of new Set([100_000, events])) {
      const chainedMs = await chainWhatIsThere(admin, many)
      rows.push({
        what: `the migration chains ${many.toLocaleString('en')} events`,
        without: '–',
        measured: `${(chainedMs / 1000).toFixed(1)} s`,
      })
    }
    await admin.query('vacuum analyze audit_events')
    const deps = { database, store: folderStore('/nonexistent'), key: checkpointKey(benchSecret) }
    const [verifiedMs, verified] = await timed(() => verifyChain(deps, defaultTenantId))
    if (verified.faults.length > 0) throw new Error(verified.faults[0]!.detail)
    rows.push({
      what: `verifying ${verified.events.toLocaleString('en')} events`,
      without: '–',
      measured: `${(verifiedMs / 1000).toFixed(1)} s`,
    })
    return [...rows, ...(await searches(database))]
  } finally {
    await admin.end()
    await database.close()
    await small.close().catch(() => undefined)
    await drop().catch(() => undefined)
  }
}

async function timed<T>(work: () => Promise<T>): Promise<[number, T]> {
  const started = performance.now()
  const result = await work()
  return [performance.now() - started, result]
}

const write = (database: Database, n: number) =>
  database.tenantTx(ctx, (tx) =>
    audit(tx, ctx, { action: 'bench.written', subject: `thing:${n}`, before: { n }, after: { n: n + 1 } }),
  )

async function costOfWriting(database: Database, admin: pg.Client): Promise<AuditRow[]> {
  const alone = { off: [] as number[], on: [] as number[] }
  const together = { off: [] as number[], on: [] as number[] }
  for (let round = 0; round < rounds; round++)
    for (const state of ['off', 'on'] as const) {
      await admin.query(`alter table audit_events ${state === 'on' ? 'enable' : 'disable'} trigger chain`)
      for (let n = 0; n < 20; n++) await write(database, n)
      const [ms] = await timed(async () => {
        for (let n = 0; n < 200; n++) await write(database, n)
      })
      alone[state].push(ms / 200)
      const [all] = await timed(() =>
        Promise.all(
          Array.from({ length: writers }, async () => {
            for (let n = 0; n < 50; n++) await write(database, n)
          }),
        ),
      )
      together[state].push((writers * 50) / (all / 1000))
    }
  const ms = (values: number[]) => `${median(values).toFixed(2)} ms`
  const rate = (values: number[]) => `${Math.round(median(values)).toLocaleString('en')} a second`
  return [
    { what: 'one audited write', without: ms(alone.off), measured: ms(alone.on) },
    { what: `${writers} writers of one tenant`, without: rate(together.off), measured: rate(together.on) },
  ]
}

/** Replaces the trail by so many unchained events, and times the migration's own statement over them. */
async function chainWhatIsThere(admin: pg.Client, events: number): Promise<number> {
  const block = /^do \$\$[\s\S]*?^end \$\$;$/m.exec(readFileSync(migration, 'utf8'))![0]
  await admin.query(
    `set session_replication_role = replica; truncate audit_events, audit_chain; drop index if exists audit_events__seq`,
  )
  await admin.query(
    `insert into audit_events (tenant_id, module, action, actor_type, actor_id, actor_name, subject, delta, created_at)
    select '${defaultTenantId}', 'm' || n % 20, 'm' || n % 20 || '.a' || n % 100, 'person', 'actor-' || n % 500, 'Person ' || n % 500, 'thing:' || n / 10,
      jsonb_build_object('before', jsonb_build_object('n', n), 'after', jsonb_build_object('n', n + 1)), now() - (${events} - n) * interval '30 seconds'
    from generate_series(1, ${events}) n`,
  )
  // As in the migration, where indexes are made after.
  const indexes = ['module', 'action', 'actor', 'subject']
  const made: string[] = []
  for (const name of indexes) {
    const { rows } = await admin.query(`select pg_get_indexdef('audit_events__${name}'::regclass) as def`)
    made.push(rows[0].def)
    await admin.query(`drop index audit_events__${name}`)
  }
  const [ms] = await timed(async () => {
    await admin.query(block)
    await admin.query('create unique index audit_events__seq on audit_events (tenant_id, seq)')
    for (const def of made) await admin.query(def)
  })
  return ms
}

async function searches(database: Database): Promise<AuditRow[]> {
  const ask = async (what: string, work: () => Promise<unknown>): Promise<AuditRow> => {
    const times: number[] = []
    for (let round = 0; round < rounds; round++) times.push((await timed(work))[0])
    return { what, without: '–', measured: `${median(times).toFixed(1)} ms` }
  }
  const search = (filters: object) => () =>
    database.tenantRead(ctx, (tx) => tx.rows(searchEvents, { filters: filters as never, before: null, limit: 51 }))
  return [
    await ask('the newest 50', search({})),
    await ask('the newest 50 of a module', search({ module: 'm7' })),
    await ask('of an action', search({ action: 'm7.a7' })),
    await ask('of an actor', search({ actor: 'actor-7' })),
    await ask('of a subject', search({ subject: 'thing:777' })),
    await ask('of a day a hundred days ago', search({ from: '2026-08-10T00:00:00Z', to: '2026-08-11T00:00:00Z' })),
    await ask('words that occur', search({ q: 'Person 7' })),
    await ask('words that occur nowhere', search({ q: 'nowhere at all' })),
    await ask('facets', () =>
      database.tenantRead(ctx, async (tx) => [
        await tx.rows(moduleFacet, { days: 90 }),
        await tx.rows(actionFacet, { days: 90 }),
        await tx.rows(actorFacet, { days: 90 }),
      ]),
    ),
  ]
}

/** How many events are verified and searched. */
export const auditEvents = (quick: boolean): number => (quick ? 100_000 : 1_000_000)

export const reportAudit = (rows: readonly AuditRow[], events: number): string => `## Audit trail

The chain's trigger is switched off and on in turns; commits wait for the disk. Searches are of ${events.toLocaleString('en')} events of one tenant.

| what | without the chain | measured |
|---|---|---|
${rows.map(({ what, without, measured }) => `| ${what} | ${without} | ${measured} |`).join('\n')}
`

if (import.meta.main) {
  const [given] = process.argv.slice(2)
  const events = auditEvents(false)
  const server = given ? { url: given, stop: async () => undefined } : await benchServer()
  try {
    process.stdout.write(reportAudit(await run(server.url, events), events))
  } finally {
    await server.stop()
  }
}
