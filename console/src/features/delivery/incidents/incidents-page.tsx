/** Incidents and the deployments they are laid to; a person can decide otherwise. */
import { SegmentedControl } from '@mantine/core'
import { IconMoodSmile } from '@tabler/icons-react'
import { useInfiniteQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { useMemo, useState } from 'react'
import { DataTable } from '~/ui/data-table.tsx'
import { Field } from '~/ui/field.tsx'
import { ButtonLink } from '~/ui/link.tsx'
import { LoadMore } from '~/ui/load-more.tsx'
import { Loaded } from '~/ui/loaded.tsx'
import { Page } from '~/ui/page.tsx'
import { TableSkeleton } from '~/ui/skeletons.tsx'
import { EmptyState } from '~/ui/states.tsx'
import { useTimeZone } from '~/ui/time.tsx'
import { Filters } from '../filters.tsx'
import { incidentsQuery } from '../queries.ts'
import { resolveWindow } from '../window.ts'
import { type Incident, incidentColumns } from './incident-columns.tsx'
import { OverrideDialog } from './override-dialog.tsx'

const route = getRouteApi('/incidents')

/** `/incidents`. */
export function IncidentsPage() {
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const window = resolveWindow(search, useTimeZone())
  const query = useInfiniteQuery(incidentsQuery({ ...window, attributed: search.attributed }))
  const [open, setOpen] = useState<Incident | null>(null)
  const columns = useMemo(() => incidentColumns(setOpen), [])
  const change = (next: Partial<typeof search>) => void navigate({ search: (now) => ({ ...now, ...next }) })
  return (
    <Page
      title="Incidents"
      lead="Only incidents with a deployment count as change failures. Where the guess is wrong, say so."
    >
      <Filters value={search} onChange={change}>
        <Field label="Deployment">
          <SegmentedControl
            aria-label="Deployment"
            data={[
              { value: '', label: 'All' },
              { value: 'yes', label: 'Found' },
              { value: 'no', label: 'Not found' },
            ]}
            value={search.attributed ?? ''}
            onChange={(value) => change({ attributed: value === '' ? undefined : (value as 'yes' | 'no') })}
          />
        </Field>
      </Filters>
      <Loaded query={query} skeleton={<TableSkeleton />}>
        {({ pages }) => {
          const rows = pages.flatMap((page) => page.incidents)
          return rows.length === 0 ? (
            <EmptyState
              icon={IconMoodSmile}
              title="No incident in this window"
              actions={
                <ButtonLink to="/connect" variant="default">
                  Connect Jira or GitHub issues
                </ButtonLink>
              }
            >
              Incidents come from Jira issues and GitHub issues that are labelled as such.
            </EmptyState>
          ) : (
            <>
              <DataTable
                caption="Incidents"
                columns={columns}
                rows={rows}
                rowKey={({ id }) => String(id)}
                minWidth={720}
              />
              <LoadMore shown={rows.length} noun="incidents" query={query} />
            </>
          )
        }}
      </Loaded>
      {open ? <OverrideDialog incident={open} onClose={() => setOpen(null)} /> : null}
    </Page>
  )
}
