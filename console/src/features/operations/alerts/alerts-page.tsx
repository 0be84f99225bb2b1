/** Alerts: what is wrong now or was, who looks after it, and everything that is watched. */
import { SegmentedControl, Stack } from '@mantine/core'
import { IconBellOff } from '@tabler/icons-react'
import { useInfiniteQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { useMemo, useState } from 'react'
import { useMay } from '~/app/session.tsx'
import { DataTable } from '~/ui/data-table.tsx'
import { Field } from '~/ui/field.tsx'
import { capitalize } from '~/ui/format.ts'
import { LoadMore } from '~/ui/load-more.tsx'
import { Loaded } from '~/ui/loaded.tsx'
import { Page } from '~/ui/page.tsx'
import { TableSkeleton } from '~/ui/skeletons.tsx'
import { EmptyState } from '~/ui/states.tsx'
import { type Alert, alertsQuery } from '../queries.ts'
import { alertStates } from '../search.ts'
import { AcknowledgeDialog } from './acknowledge-dialog.tsx'
import { alertColumns } from './alert-columns.tsx'
import { ConditionsPanel } from './conditions-panel.tsx'

const route = getRouteApi('/alerts')

/** `/alerts`. */
export function AlertsPage() {
  const { state = 'open' } = route.useSearch()
  const navigate = route.useNavigate()
  const query = useInfiniteQuery(alertsQuery({ state }))
  const mayWrite = useMay('admin:write')
  const [open, setOpen] = useState<Alert | null>(null)
  const columns = useMemo(() => alertColumns(mayWrite ? setOpen : undefined), [mayWrite])
  return (
    <Page title="Alerts" lead="Raised when a condition is met, resolved by itself when it no longer is.">
      <Field label="State">
        <SegmentedControl
          aria-label="State"
          w="max-content"
          data={alertStates.map((value) => ({ value, label: capitalize(value) }))}
          value={state}
          onChange={(value) =>
            void navigate({ search: { state: value === 'open' ? undefined : (value as typeof state) } })
          }
        />
      </Field>
      <Loaded query={query} skeleton={<TableSkeleton rows={6} />}>
        {({ pages }) => {
          const alerts = pages.flatMap((page) => page.alerts)
          return (
            <Stack gap="md">
              {alerts.length === 0 ? (
                <NoAlerts state={state} />
              ) : (
                <div>
                  <DataTable caption="Alerts" columns={columns} rows={alerts} rowKey={({ id }) => id} minWidth={360} />
                  <LoadMore shown={alerts.length} noun="alerts" query={query} />
                </div>
              )}
              <ConditionsPanel conditions={pages[0]?.conditions ?? []} />
            </Stack>
          )
        }}
      </Loaded>
      {open ? <AcknowledgeDialog alert={open} onClose={() => setOpen(null)} /> : null}
    </Page>
  )
}

const NoAlerts = ({ state }: { state: (typeof alertStates)[number] }) => (
  <EmptyState
    icon={IconBellOff}
    title={state === 'open' ? 'Nothing is wrong' : `No alert${state === 'resolved' ? ' was resolved' : ''} yet`}
  >
    {state === 'open'
      ? 'No condition below is met. Alerts appear here by themselves.'
      : 'What was raised stays listed here after it is resolved.'}
  </EmptyState>
)
