/** Dial allowances: the one list of private networks that may be reached, and by whom. */
import { Button, Group, Stack, Text } from '@mantine/core'
import { IconNetworkOff, IconPlus } from '@tabler/icons-react'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useMay } from '~/app/session.tsx'
import { tenantsQuery } from '~/features/tenants/queries.ts'
import { Loaded } from '~/ui/loaded.tsx'
import { Page } from '~/ui/page.tsx'
import { Panel } from '~/ui/panel.tsx'
import { TableSkeleton } from '~/ui/skeletons.tsx'
import { EmptyState } from '~/ui/states.tsx'
import { Tag } from '~/ui/tag.tsx'
import { AllowanceTable } from './allowance-table.tsx'
import { NewAllowanceDialog } from './new-allowance-dialog.tsx'
import { allowancesQuery } from './queries.ts'

/** `/dial-allowances`. */
export function DialAllowancesPage() {
  const query = useQuery(allowancesQuery())
  const tenants = useInfiniteQuery(tenantsQuery({ limit: 200 })).data?.pages.flatMap((page) => page.tenants) ?? []
  const mayWrite = useMay('dial:write')
  const [making, setMaking] = useState(false)
  return (
    <Page
      title="Dial allowances"
      lead="What tenants name as a target is dialled only on the public internet, and in the private networks opened here."
      actions={
        mayWrite ? (
          <Button leftSection={<IconPlus size={16} />} onClick={() => setMaking(true)}>
            Open a network
          </Button>
        ) : null
      }
    >
      <Loaded query={query} skeleton={<TableSkeleton rows={4} />}>
        {({ allowances, of_installation: everybody }) => (
          <Stack gap="md">
            {allowances.length === 0 ? (
              <EmptyState icon={IconNetworkOff} title="No private network is open to a tenant">
                Open one where a tenant's own tools live inside your network.
              </EmptyState>
            ) : (
              <AllowanceTable allowances={allowances} tenants={new Map(tenants.map(({ id, name }) => [id, name]))} />
            )}
            <Panel title="Open to everybody" note="By DIAL_ALLOW, read at the start">
              {everybody.length === 0 ? (
                <Text c="dimmed">Nothing.</Text>
              ) : (
                <Group gap={6}>
                  {everybody.map((target) => (
                    <Tag key={target}>{target}</Tag>
                  ))}
                </Group>
              )}
            </Panel>
          </Stack>
        )}
      </Loaded>
      {making ? <NewAllowanceDialog tenants={tenants} onClose={() => setMaking(false)} /> : null}
    </Page>
  )
}
