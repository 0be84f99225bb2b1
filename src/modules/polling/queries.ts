/** Statements of the cursors. */
import { z } from 'zod'
import { noRow, sql, statement } from '#kernel/sql/index.ts'

const zeroUuid = '00000000-0000-0000-0000-000000000000'

export const ensureCursor = statement({
  name: 'polling.ensure-cursor',
  row: noRow,
  sample: { tenantId: zeroUuid, poller: '', scope: '' },
  sql: (p: { tenantId: string; poller: string; scope: string }) => sql`
    insert into poll_cursor (tenant_id, poller, scope) values (${p.tenantId}::uuid, ${p.poller}::text, ${p.scope}::text)
    on conflict (tenant_id, poller, scope) do nothing`,
})

export const cursorsOf = statement({
  name: 'polling.cursors-of',
  row: z.object({
    scope: z.string(),
    position: z.unknown(),
    version: z.number(),
    lastRunAt: z.date().nullable(),
  }),
  sample: { poller: '', scope: null },
  sql: ({ poller, scope }: { poller: string; scope: string | null }) => sql`
    select c.scope as "scope", c.position as "position", c.version as "version", c.last_run_at as "lastRunAt"
    from poll_cursor c where c.poller = ${poller}::text and (${scope}::text is null or c.scope = ${scope}::text)`,
})

export const moveCursor = statement({
  name: 'polling.move-cursor',
  row: noRow,
  sample: { poller: '', scope: '', version: 0, position: '{}' },
  sql: (p: { poller: string; scope: string; version: number; position: string }) => sql`
    update poll_cursor set position = ${p.position}::jsonb, version = version + 1, last_run_at = app.now()
    where poller = ${p.poller}::text and scope = ${p.scope}::text and version = ${p.version}::bigint`,
})

export const noteCursor = statement({
  name: 'polling.note-cursor',
  row: noRow,
  sample: { poller: '', scope: '', outcome: null, error: null },
  sql: (p: { poller: string; scope: string; outcome: string | null; error: string | null }) => sql`
    update poll_cursor set last_run_at = app.now(), last_outcome = coalesce(${p.outcome}::text, last_outcome),
      last_error = ${p.error}::text
    where poller = ${p.poller}::text and scope = ${p.scope}::text`,
})

export const sourceStanding = statement({
  name: 'polling.source-standing',
  row: z.object({ until: z.date() }),
  sample: { source: 'github' },
  sql: ({ source }: { source: string }) => sql`
    select c.next_allowed_at as "until" from poll_cursor c
    where c.poller = ${source}::text and c.scope = '' and c.next_allowed_at > app.now()`,
})

export const setNextAllowed = statement({
  name: 'polling.set-next-allowed',
  row: noRow,
  sample: { source: 'github', until: new Date(0) },
  sql: ({ source, until }: { source: string; until: Date }) => sql`
    update poll_cursor set next_allowed_at = ${until}::timestamptz where poller = ${source}::text and scope = ''`,
})
