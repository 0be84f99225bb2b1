/** OIDC mappings: which group of the identity provider gives which role. */
import { Button, Code, Stack, Text } from '@mantine/core'
import { IconPlus, IconUsersGroup } from '@tabler/icons-react'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useMay } from '~/app/session.tsx'
import { RoleTag } from '~/features/members/role-tag.tsx'
import { PlatformRoleTag } from '~/features/tenants/status-tags.tsx'
import { CopyLine } from '~/ui/copy.tsx'
import { type Column, DataTable } from '~/ui/data-table.tsx'
import { Facts } from '~/ui/facts.tsx'
import { LoadMore } from '~/ui/load-more.tsx'
import { Loaded } from '~/ui/loaded.tsx'
import { Page } from '~/ui/page.tsx'
import { Panel } from '~/ui/panel.tsx'
import { TableSkeleton } from '~/ui/skeletons.tsx'
import { EmptyState } from '~/ui/states.tsx'
import { Moment } from '~/ui/time.tsx'
import { NewMappingDialog } from './new-mapping-dialog.tsx'
import { type Mapping, mappingsQuery, type Provider } from './queries.ts'
import { RemoveMapping } from './remove-mapping.tsx'

/** `/oidc-mappings`. */
export function MappingsPage() {
  const query = useInfiniteQuery(mappingsQuery)
  const mayWrite = useMay('sso:write')
  const [making, setMaking] = useState(false)
  const [removed, setRemoved] = useState<Mapping | null>(null)
  return (
    <Page
      title="OIDC mappings"
      lead="Groups of the identity provider and the roles they give. Roles follow the groups at each sign-in."
      actions={
        mayWrite ? (
          <Button leftSection={<IconPlus size={16} />} onClick={() => setMaking(true)}>
            New mapping
          </Button>
        ) : null
      }
    >
      <Loaded query={query} skeleton={<TableSkeleton rows={5} />}>
        {({ pages }) => {
          const mappings = pages.flatMap((page) => page.mappings)
          const provider = pages[0]?.provider ?? null
          return (
            <Stack gap="md">
              {mappings.length === 0 ? (
                <EmptyState icon={IconUsersGroup} title="No group is mapped">
                  {provider
                    ? 'Until one is, whoever signs in there gets in only with a membership made here.'
                    : 'Mappings may be made before single sign-on is switched on.'}
                </EmptyState>
              ) : (
                <div>
                  <DataTable
                    caption="Mappings"
                    columns={mayWrite ? [...columns, remove(setRemoved)] : columns}
                    rows={mappings}
                    rowKey={({ id }) => id}
                    minWidth={320}
                  />
                  <LoadMore shown={mappings.length} noun="mappings" query={query} />
                </div>
              )}
              <ProviderPanel provider={provider} />
            </Stack>
          )
        }}
      </Loaded>
      {making ? <NewMappingDialog onClose={() => setMaking(false)} /> : null}
      {removed ? <RemoveMapping mapping={removed} onClose={() => setRemoved(null)} /> : null}
    </Page>
  )
}

const columns: Column<Mapping>[] = [
  {
    id: 'group',
    header: 'Group',
    sortBy: ({ note, group }) => note ?? group,
    cell: ({ group, note }) => (
      <Stack gap={2}>
        <Text inherit fw={500}>
          {note ?? group}
        </Text>
        {note ? (
          <Text size="sm" c="dimmed" ff="monospace" style={{ overflowWrap: 'anywhere' }}>
            {group}
          </Text>
        ) : null}
      </Stack>
    ),
  },
  {
    id: 'gives',
    header: 'Gives',
    cell: ({ platform_role: platform, role }) => (role ? <RoleTag role={role} /> : <PlatformRoleTag role={platform} />),
  },
  { id: 'where', header: 'Where', cell: ({ tenant_name: name }) => name ?? 'on the platform' },
  { id: 'made', header: 'Made', phone: false, cell: ({ created_at: at }) => <Moment value={at} /> },
]

const remove = (onRemove: (mapping: Mapping) => void): Column<Mapping> => ({
  id: 'action',
  header: 'Action',
  align: 'right',
  cell: (mapping) => (
    <Button
      variant="default"
      size="xs"
      onClick={() => onRemove(mapping)}
      aria-label={`Remove the mapping of ${mapping.note ?? mapping.group}`}
    >
      Remove
    </Button>
  ),
})

/** What is configured here, and what must stand at the provider. */
function ProviderPanel({ provider }: { provider: Provider | null }) {
  if (!provider)
    return (
      <Panel title="Identity provider">
        <Text c="dimmed">
          Single sign-on is off. Set <Code>AUTH_METHOD</Code> to <Code>oidc</Code> with its issuer, client and secret,
          and start daytwo again.
        </Text>
      </Panel>
    )
  return (
    <Panel title="Identity provider" note={provider.label}>
      <Stack gap="sm">
        <div>
          <Text size="sm" fw={500} mb={4}>
            Redirect address, to be registered there
          </Text>
          <CopyLine value={provider.redirect_uri} label="redirect address" />
        </div>
        <Facts
          rows={[
            { name: 'Issuer', value: provider.issuer },
            { name: 'Client', value: provider.client_id },
            { name: 'Claim of the groups', value: provider.group_claim },
            ...(provider.allowed_tenants.length > 0
              ? [{ name: 'Directories', value: provider.allowed_tenants.join(', ') }]
              : []),
          ]}
        />
      </Stack>
    </Panel>
  )
}
