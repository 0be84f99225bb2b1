/** The audit trail: who did what to whom, searched, exported, and proved complete. */
import { Button, Group, Menu } from '@mantine/core'
import { IconDownload, IconShieldCheck, IconShieldSearch } from '@tabler/icons-react'
import { useInfiniteQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { useState } from 'react'
import type { Query } from '~/api/client.ts'
import { useMay } from '~/app/session.tsx'
import { DataTable } from '~/ui/data-table.tsx'
import { ButtonLink } from '~/ui/link.tsx'
import { LoadMore } from '~/ui/load-more.tsx'
import { Loaded } from '~/ui/loaded.tsx'
import { Page } from '~/ui/page.tsx'
import { TableSkeleton } from '~/ui/skeletons.tsx'
import { EmptyState } from '~/ui/states.tsx'
import { useTimeZone } from '~/ui/time.tsx'
import { auditColumns } from './audit-columns.tsx'
import { AuditFilters } from './audit-filters.tsx'
import { spanOf } from './days.ts'
import { auditQuery, exportAddress } from './queries.ts'
import { VerifyDialog } from './verify-dialog.tsx'

const route = getRouteApi('/audit')

/** `/audit`. */
export function AuditPage() {
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const timeZone = useTimeZone()
  const filters: Query = { ...search, ...spanOf(search.from, search.to, timeZone) }
  const query = useInfiniteQuery(auditQuery(filters))
  const mayExport = useMay('audit:export')
  const mayVerify = useMay('audit:verify')
  const [verifying, setVerifying] = useState(false)
  const filtered = Object.values(search).some((value) => value !== undefined)
  return (
    <Page
      title="Audit"
      lead="Everything that was changed here and by whom. Each event is sealed to the one before it."
      actions={
        <Group gap="xs">
          {mayExport ? <ExportMenu filters={filters} /> : null}
          <ButtonLink to="/audit/anomalies" variant="default">
            Anomalies
          </ButtonLink>
          {mayVerify ? (
            <Button leftSection={<IconShieldCheck size={16} />} onClick={() => setVerifying(true)}>
              Verify
            </Button>
          ) : null}
        </Group>
      }
    >
      <AuditFilters
        value={search}
        onChange={(next) => void navigate({ search: (now) => ({ ...now, ...next }), resetScroll: false })}
        onClear={filtered ? () => void navigate({ search: {} }) : undefined}
      />
      <Loaded query={query} skeleton={<TableSkeleton rows={10} />}>
        {({ pages }) => {
          const events = pages.flatMap((page) => page.events)
          if (events.length === 0)
            return (
              <EmptyState
                icon={IconShieldSearch}
                title={filtered ? 'No event is like that' : 'Nothing was changed yet'}
              >
                {filtered ? 'Take a filter away, or look at other days.' : 'Events appear here as they happen.'}
              </EmptyState>
            )
          return (
            <div>
              <DataTable
                caption="Audit events"
                columns={auditColumns}
                rows={events}
                rowKey={({ id }) => String(id)}
                minWidth={320}
              />
              <LoadMore shown={events.length} noun="events" query={query} />
            </div>
          )
        }}
      </Loaded>
      {verifying ? <VerifyDialog onClose={() => setVerifying(false)} /> : null}
    </Page>
  )
}

/** Downloads what the filters show, all of it. */
const ExportMenu = ({ filters }: { filters: Query }) => (
  <Menu position="bottom-end" withinPortal>
    <Menu.Target>
      <Button variant="default" leftSection={<IconDownload size={16} />}>
        Export
      </Button>
    </Menu.Target>
    <Menu.Dropdown aria-label="Export">
      <Menu.Item component="a" href={exportAddress('csv', filters)} download="audit.csv">
        As CSV, for a spreadsheet
      </Menu.Item>
      <Menu.Item component="a" href={exportAddress('jsonl', filters)} download="audit.jsonl">
        As JSON lines, with hashes
      </Menu.Item>
    </Menu.Dropdown>
  </Menu>
)
