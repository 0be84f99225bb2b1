/** `/database-report`: what `daytwo db:report` prints, for the Operations page. */
import type { Database } from '#kernel/database/index.ts'
import type { Http } from '#kernel/http/index.ts'
import { databaseReport } from './database-report.ts'
import { databaseReport as reply } from './schemas.ts'

export function reportRoutes(database: Database, http: Http): void {
  http.get(
    '/database-report',
    {
      config: { permission: 'operations:read' },
      schema: {
        tags: ['operations'],
        summary: 'Connections, slow statements by name, sizes, vacuum age, index use',
        response: { 200: reply },
      },
    },
    async () => {
      const report = await databaseReport(database)
      return {
        connections: report.connections,
        slow_statements:
          report.slowStatements?.map(({ name, calls, totalMs, meanMs }) => ({
            name,
            calls,
            total_ms: totalMs,
            mean_ms: meanMs,
          })) ?? null,
        tables: report.tables.map(({ vacuumedAt, ...table }) => ({
          ...table,
          vacuumed_at: vacuumedAt?.toISOString() ?? null,
        })),
        unused_indexes: report.unusedIndexes,
        missing_indexes: report.missingIndexes.map(({ table, sequentialScans, rowsRead }) => ({
          table,
          sequential_scans: sequentialScans,
          rows_read: rowsRead,
        })),
      }
    },
  )
}
