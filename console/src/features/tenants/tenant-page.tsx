/** One tenant as the platform sees it: plan, modules, status; nothing of what is inside. */
import { Button, Grid, Group, Stack, Text } from '@mantine/core'
import { IconBuildings, IconEye } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { useState } from 'react'
import { useMay } from '~/app/session.tsx'
import { DialAllowancesPanel } from '~/features/dial/dial-allowances-panel.tsx'
import { Facts } from '~/ui/facts.tsx'
import { capitalize, formatCount, plural } from '~/ui/format.ts'
import { ButtonLink } from '~/ui/link.tsx'
import { Loaded } from '~/ui/loaded.tsx'
import { Page } from '~/ui/page.tsx'
import { Panel } from '~/ui/panel.tsx'
import { PanelsSkeleton } from '~/ui/skeletons.tsx'
import { EmptyState } from '~/ui/states.tsx'
import { Tag } from '~/ui/tag.tsx'
import { Moment } from '~/ui/time.tsx'
import { OpenSupportAccess } from './open-support-access.tsx'
import { type Tenant, tenantQuery } from './queries.ts'
import { TenantStatusTag } from './status-tags.tsx'
import { PlanDialog, RemoveTenant, ResumeTenant, SuspendTenant } from './tenant-dialogs.tsx'

const route = getRouteApi('/tenants/$id')
type Open = 'plan' | 'suspend' | 'resume' | 'remove' | 'support' | null

/** `/tenants/$id`. */
export function TenantPage() {
  const { id } = route.useParams()
  const query = useQuery(tenantQuery(id))
  const mayWrite = useMay('tenants:write')
  const mayDial = useMay('dial:read')
  const mayLookIn = useMay('support-access:open')
  const [open, setOpen] = useState<Open>(null)
  const close = () => setOpen(null)
  const tenant = query.data
  return (
    <Page
      title={tenant?.name ?? 'Tenant'}
      lead={tenant ? <TenantStatusTag status={tenant.status} /> : ' '}
      actions={
        tenant?.status === 'ready' && mayLookIn ? (
          <Button variant="default" leftSection={<IconEye size={16} />} onClick={() => setOpen('support')}>
            Open support access
          </Button>
        ) : null
      }
    >
      <Loaded query={query} skeleton={<PanelsSkeleton count={2} height={280} cols={{ base: 1, lg: 2 }} />}>
        {(loaded) =>
          loaded === null ? (
            <EmptyState
              icon={IconBuildings}
              title="There is no such tenant"
              actions={<ButtonLink to="/tenants">All tenants</ButtonLink>}
            >
              The address may have been mistyped.
            </EmptyState>
          ) : (
            <Grid gap="md">
              <Grid.Col span={{ base: 12, lg: 6 }}>
                <Panel title="Organisation">
                  <Facts rows={factsOf(loaded)} />
                </Panel>
              </Grid.Col>
              <Grid.Col span={{ base: 12, lg: 6 }}>
                <Panel
                  title="Plan"
                  action={
                    mayWrite && loaded.status !== 'removed' ? (
                      <Button variant="default" size="xs" onClick={() => setOpen('plan')}>
                        Change
                      </Button>
                    ) : undefined
                  }
                >
                  <Stack gap="sm">
                    <Text fw={500}>{capitalize(loaded.plan)}</Text>
                    <Group gap={6}>
                      {loaded.modules.map((name) => (
                        <Tag key={name}>{name}</Tag>
                      ))}
                    </Group>
                  </Stack>
                </Panel>
              </Grid.Col>
              {mayDial ? (
                <Grid.Col span={12}>
                  <DialAllowancesPanel tenantId={loaded.id} />
                </Grid.Col>
              ) : null}
              {mayWrite ? (
                <Grid.Col span={12}>
                  <Ending tenant={loaded} onOpen={setOpen} />
                </Grid.Col>
              ) : null}
            </Grid>
          )
        }
      </Loaded>
      {tenant && open === 'plan' ? <PlanDialog tenant={tenant} onClose={close} /> : null}
      {tenant && open === 'suspend' ? <SuspendTenant tenant={tenant} onClose={close} /> : null}
      {tenant && open === 'resume' ? <ResumeTenant tenant={tenant} onClose={close} /> : null}
      {tenant && open === 'remove' ? <RemoveTenant tenant={tenant} onClose={close} /> : null}
      {tenant && open === 'support' ? <OpenSupportAccess tenant={tenant} onClose={close} /> : null}
    </Page>
  )
}

const factsOf = (tenant: Tenant) => [
  { name: 'Short name', value: tenant.slug },
  { name: 'Time zone', value: tenant.time_zone },
  { name: 'Members', value: `${formatCount(tenant.members)}, of them ${plural(tenant.owners, 'owner')}` },
  { name: 'Invitations', value: `${formatCount(tenant.pending_invitations)} open` },
  { name: 'Last seen', value: <Moment value={tenant.last_seen_at} /> },
  { name: 'Made', value: <Moment value={tenant.created_at} absolute /> },
  ...(tenant.status_changed_at
    ? [{ name: capitalize(tenant.status), value: <Moment value={tenant.status_changed_at} absolute /> }]
    : []),
]

/** Suspend and remove, apart from what is harmless. */
function Ending({ tenant, onOpen }: { tenant: Tenant; onOpen: (open: Open) => void }) {
  return (
    <Panel
      title="Suspend or remove"
      note="Either has effect in every process within a second; pages and connections that are open end."
    >
      <Group gap="xs">
        {tenant.status === 'ready' ? (
          <Button variant="default" onClick={() => onOpen('suspend')}>
            Suspend
          </Button>
        ) : (
          <Button variant="default" onClick={() => onOpen('resume')}>
            Resume
          </Button>
        )}
        {tenant.status === 'removed' ? null : (
          <Button color="red" variant="outline" onClick={() => onOpen('remove')}>
            Remove
          </Button>
        )}
      </Group>
    </Panel>
  )
}
