/** Retention on a whole application, for its tests: old rows, runs, and what the archive holds. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after } from 'node:test'
import type { Database } from '#kernel/database/index.ts'
import type { RetentionPolicy } from '#kernel/retention/index.ts'
import { folderStore, type Store } from '#kernel/store/index.ts'
import { recompute } from '#modules/audit/test-bench.ts'
import { type TestApp, testApp } from '#test/support/app.ts'
import { enforceRetention } from './enforce.ts'
import { kernelTables } from './kernel-tables.ts'

export type RetentionBench = TestApp & {
  readonly folder: string
  readonly policies: readonly RetentionPolicy[]
  /** Runs retention of these tables (default all), perhaps on another store or database. */
  enforce(options?: { tables?: readonly string[]; store?: Store; database?: Database }): Promise<string>
  /** Rows of an archived file. */
  archived(name: string): Record<string, unknown>[]
  /** Makes everything a tenant has in these tables look recorded long ago. */
  age(tenantId: string, days: number, tables?: readonly string[]): Promise<void>
}

const recorded: Readonly<Record<string, string>> = {
  deployment_records: 'recorded_at',
  commits: 'recorded_at',
  pr_events: 'recorded_at',
  work_item_events: 'recorded_at',
  incident_events: 'recorded_at',
  event_queue: 'enqueued_at',
  payload_segment: 'created_at',
  audit_events: 'created_at',
  domain_event: 'created_at',
}
export const factTables = ['deployment_records', 'commits', 'pr_events', 'work_item_events', 'incident_events'] as const

export async function retentionBench(): Promise<RetentionBench> {
  const folder = mkdtempSync(join(tmpdir(), 'daytwo-archive-'))
  after(() => rmSync(folder, { recursive: true, force: true }))
  const app = await testApp({ ARCHIVE_DIR: folder })
  const policies = [...app.composed.started.flatMap((module) => [...(module.retention ?? [])]), ...kernelTables]
  return {
    ...app,
    folder,
    policies,
    enforce: ({ tables, store = folderStore(folder), database = app.database } = {}) =>
      enforceRetention(
        { database, store, seal: app.composed.dora.seal, schema: () => 'test' },
        policies.filter(({ table }) => tables?.includes(table) ?? true),
      ),
    archived: (name) =>
      readFileSync(join(folder, name), 'utf8')
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line)),
    async age(tenantId, days, tables = Object.keys(recorded)) {
      for (const table of tables)
        await app.sql(
          `update ${table} set ${recorded[table]} = ${recorded[table]} - $2::int * interval '1 day' where tenant_id = $1`,
          [tenantId, days],
        )
      // Dates are part of the hashes of the audit trail.
      if (tables.includes('audit_events')) await app.sql(recompute(1).replaceAll('$tenant', `'${tenantId}'`))
    },
  }
}
