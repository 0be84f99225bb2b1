/** Tenants: every organisation of this installation. */
import { Button, Group, Select, Stack, Text } from '@mantine/core'
import { IconBuildingPlus, IconBuildings } from '@tabler/icons-react'
import { useInfiniteQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { useState } from 'react'
import { tenantStatuses } from '#modules/tenants/schemas.ts'
import { useMay } from '~/app/session.tsx'
import { type Column, DataTable } from '~/ui/data-table.tsx'
import { capitalize, formatCount } from '~/ui/format.ts'
import { TextLink } from '~/ui/link.tsx'
import { LoadMore } from '~/ui/load-more.tsx'
import { Loaded } from '~/ui/loaded.tsx'
import { Page } from '~/ui/page.tsx'
import { SearchField } from '~/ui/search-field.tsx'
import { TableSkeleton } from '~/ui/skeletons.tsx'
import { EmptyState } from '~/ui/states.tsx'
import { Moment } from '~/ui/time.tsx'
import { NewTenantDialog } from './new-tenant-dialog.tsx'
import { type Tenant, tenantsQuery } from './queries.ts'
import { TenantStatusTag } from './status-tags.tsx'

const route = getRouteApi('/tenants')

/** `/tenants`. */
export function TenantsPage() {
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const query = useInfiniteQuery(tenantsQuery(search))
  const mayWrite = useMay('tenants:write')
  const [making, setMaking] = useState(false)
  const change = (next: Partial<typeof search>) => void navigate({ search: (now) => ({ ...now, ...next }) })
  return (
    <Page
      title="Tenants"
      lead="Every organisation of this installation. What is inside one is seen only by its members, or by an open support access."
      actions={
        mayWrite ? (
          <Button leftSection={<IconBuildingPlus size={16} />} onClick={() => setMaking(true)}>
            New tenant
          </Button>
        ) : null
      }
    >
      <Group align="flex-end" gap="md" role="search" aria-label="Filters">
        <SearchField label="Name" value={search.q} onChange={(q) => change({ q })} />
        <Select
          label="Status"
          w={{ base: '100%', xs: 180 }}
          placeholder="Any"
          clearable
          data={tenantStatuses.map((value) => ({ value, label: capitalize(value) }))}
          value={search.status ?? null}
          onChange={(value) => change({ status: (value ?? undefined) as typeof search.status })}
        />
      </Group>
      <Loaded query={query} skeleton={<TableSkeleton rows={8} />}>
        {({ pages }) => {
          const tenants = pages.flatMap((page) => page.tenants)
          if (tenants.length === 0)
            return (
              <EmptyState icon={IconBuildings} title="No tenant is like that">
                Look for another name or status.
              </EmptyState>
            )
          return (
            <div>
              <DataTable caption="Tenants" columns={columns} rows={tenants} rowKey={({ id }) => id} minWidth={320} />
              <LoadMore shown={tenants.length} noun="tenants" query={query} />
            </div>
          )
        }}
      </Loaded>
      {making ? <NewTenantDialog onClose={() => setMaking(false)} /> : null}
    </Page>
  )
}

const columns: Column<Tenant>[] = [
  {
    id: 'name',
    header: 'Tenant',
    cell: ({ id, name, slug }) => (
      <Stack gap={2}>
        <TextLink to="/tenants/$id" params={{ id }} fw={500}>
          {name}
        </TextLink>
        <Text size="sm" c="dimmed">
          {slug}
        </Text>
      </Stack>
    ),
  },
  { id: 'status', header: 'Status', cell: ({ status }) => <TenantStatusTag status={status} /> },
  { id: 'plan', header: 'Plan', phone: false, cell: ({ plan }) => capitalize(plan) },
  { id: 'members', header: 'Members', align: 'right', phone: false, cell: ({ members }) => formatCount(members) },
  { id: 'seen', header: 'Last seen', phone: false, cell: ({ last_seen_at: at }) => <Moment value={at} /> },
  { id: 'made', header: 'Made', phone: false, cell: ({ created_at: at }) => <Moment value={at} /> },
]
