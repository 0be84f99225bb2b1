/** Registrations: who asks for an organisation of their own; approved or rejected here. */
import { Button, Group, SegmentedControl, Stack, Text } from '@mantine/core'
import { IconClipboardCheck } from '@tabler/icons-react'
import { useInfiniteQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { useState } from 'react'
import { registrationStates } from '#modules/tenants/schemas.ts'
import { useMay } from '~/app/session.tsx'
import { type Column, DataTable } from '~/ui/data-table.tsx'
import { Field } from '~/ui/field.tsx'
import { capitalize } from '~/ui/format.ts'
import { TextLink } from '~/ui/link.tsx'
import { LoadMore } from '~/ui/load-more.tsx'
import { Loaded } from '~/ui/loaded.tsx'
import { Page } from '~/ui/page.tsx'
import { TableSkeleton } from '~/ui/skeletons.tsx'
import { EmptyState } from '~/ui/states.tsx'
import { Moment } from '~/ui/time.tsx'
import { ApproveDialog, RejectDialog } from './decision-dialogs.tsx'
import { type Registration, registrationsQuery } from './queries.ts'
import { RegistrationStatusTag } from './status-tags.tsx'

const route = getRouteApi('/registrations')
const choices = [...registrationStates, 'all'] as const
type Open = { kind: 'approve' | 'reject'; registration: Registration } | null

/** `/registrations`. */
export function RegistrationsPage() {
  const { status = 'requested' } = route.useSearch()
  const navigate = route.useNavigate()
  const query = useInfiniteQuery(registrationsQuery({ status: status === 'all' ? undefined : status }))
  const mayWrite = useMay('tenants:write')
  const [open, setOpen] = useState<Open>(null)
  return (
    <Page title="Registrations" lead="Who asks for an organisation of their own. Their address was confirmed by mail.">
      <Field label="Status">
        <SegmentedControl
          aria-label="Status"
          w="max-content"
          maw="100%"
          data={choices.map((value) => ({ value, label: capitalize(value) }))}
          value={status}
          onChange={(value) =>
            void navigate({ search: { status: value === 'requested' ? undefined : (value as typeof status) } })
          }
        />
      </Field>
      <Loaded query={query} skeleton={<TableSkeleton rows={5} />}>
        {({ pages }) => {
          const registrations = pages.flatMap((page) => page.registrations)
          if (registrations.length === 0)
            return (
              <EmptyState
                icon={IconClipboardCheck}
                title={status === 'requested' ? 'Nobody waits' : 'None is like that'}
              >
                {status === 'requested'
                  ? 'Requests appear here once the address was confirmed.'
                  : 'What was decided stays listed.'}
              </EmptyState>
            )
          return (
            <div>
              <DataTable
                caption="Registrations"
                columns={mayWrite ? [...columns, decide(setOpen)] : columns}
                rows={registrations}
                rowKey={({ id }) => id}
                minWidth={320}
              />
              <LoadMore shown={registrations.length} noun="registrations" query={query} />
            </div>
          )
        }}
      </Loaded>
      {open?.kind === 'approve' ? (
        <ApproveDialog registration={open.registration} onClose={() => setOpen(null)} />
      ) : null}
      {open?.kind === 'reject' ? <RejectDialog registration={open.registration} onClose={() => setOpen(null)} /> : null}
    </Page>
  )
}

const columns: Column<Registration>[] = [
  {
    id: 'who',
    header: 'Organisation',
    cell: ({ organisation, name, email, tenant_id: tenant }) => (
      <Stack gap={2}>
        {tenant ? (
          <TextLink to="/tenants/$id" params={{ id: tenant }} fw={500}>
            {organisation}
          </TextLink>
        ) : (
          <Text inherit fw={500}>
            {organisation}
          </Text>
        )}
        <Text size="sm" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
          {name}, {email}
        </Text>
      </Stack>
    ),
  },
  {
    id: 'status',
    header: 'Status',
    phone: false,
    cell: ({ status, reason }) => (
      <Stack gap={2} align="flex-start">
        <RegistrationStatusTag status={status} />
        {reason ? (
          <Text size="sm" c="dimmed" maw={320}>
            {reason}
          </Text>
        ) : null}
      </Stack>
    ),
  },
  { id: 'at', header: 'Asked', phone: false, cell: ({ requested_at: at }) => <Moment value={at} /> },
  {
    id: 'decided',
    header: 'Decided',
    phone: false,
    cell: ({ decided_at: at, decided_by: by }) =>
      at ? (
        <>
          {by ?? 'somebody'}, <Moment value={at} />
        </>
      ) : (
        '–'
      ),
  },
]

const decide = (setOpen: (open: Open) => void): Column<Registration> => ({
  id: 'decide',
  header: 'Decide',
  align: 'right',
  cell: (registration) =>
    registration.status === 'requested' ? (
      <Group gap={6} justify="flex-end">
        <Button
          size="xs"
          onClick={() => setOpen({ kind: 'approve', registration })}
          aria-label={`Approve ${registration.organisation}`}
        >
          Approve
        </Button>
        <Button
          size="xs"
          variant="default"
          onClick={() => setOpen({ kind: 'reject', registration })}
          aria-label={`Reject ${registration.organisation}`}
        >
          Reject
        </Button>
      </Group>
    ) : null,
})
