/** Name and time zone of the organisation. */
import { Button, Group, Select, Stack, Text, TextInput } from '@mantine/core'
import { queryOptions, useQuery, useQueryClient } from '@tanstack/react-query'
import type { z } from 'zod'
import { tenantReply } from '#modules/tenants/schemas.ts'
import { call } from '~/api/client.ts'
import { useMay } from '~/app/session.tsx'
import { useForm } from '~/ui/form.ts'
import { FormFailure } from '~/ui/form-failure.tsx'
import { LoadedPanel } from '~/ui/loaded-panel.tsx'
import { useToast } from '~/ui/toast.tsx'

type Own = z.output<typeof tenantReply>

/** The tenant one is in. */
export const ownTenantQuery = queryOptions({
  queryKey: ['tenant'],
  queryFn: ({ signal }) => call(tenantReply, '/tenant', { signal }),
})

/** The panel; those who may not change it see it. */
export function OrganisationPanel() {
  const query = useQuery(ownTenantQuery)
  return (
    <LoadedPanel title="Organisation" height={118} query={query}>
      {(tenant) => <OrganisationForm key={`${tenant.name} ${tenant.time_zone}`} tenant={tenant} />}
    </LoadedPanel>
  )
}

function OrganisationForm({ tenant }: { tenant: Own }) {
  const mayWrite = useMay('tenant:write')
  const queryClient = useQueryClient()
  const toast = useToast()
  const form = useForm({
    initial: { name: tenant.name, time_zone: tenant.time_zone },
    submit: async (body) => {
      await call(tenantReply, '/tenant', { method: 'PATCH', body })
      await Promise.all(['tenant', 'session'].map((key) => queryClient.invalidateQueries({ queryKey: [key] })))
      toast('The organisation is changed')
    },
  })
  const same = form.values.name === tenant.name && form.values.time_zone === tenant.time_zone
  return (
    <form onSubmit={(event) => void form.onSubmit(event)} noValidate>
      <Stack gap="sm" maw={640}>
        <Group grow align="flex-start" preventGrowOverflow={false}>
          <TextInput label="Name" miw={200} required readOnly={!mayWrite} {...form.text('name')} />
          <Select
            label="Time zone"
            miw={200}
            searchable
            allowDeselect={false}
            limit={60}
            readOnly={!mayWrite}
            data={zones(tenant.time_zone)}
            value={form.values.time_zone}
            onChange={(zone) => form.set('time_zone', zone ?? tenant.time_zone)}
            error={form.error('time_zone')}
          />
        </Group>
        <Text size="sm" c="dimmed">
          Days of metrics are days of this time zone; changing it computes them anew.
        </Text>
        <FormFailure error={form.failure} />
        {mayWrite ? (
          <Group>
            <Button type="submit" loading={form.busy} disabled={same}>
              Save
            </Button>
          </Group>
        ) : null}
      </Stack>
    </form>
  )
}

/** What this browser knows; the one in force is always among them. */
const zones = (current: string) => [...new Set([current, 'UTC', ...Intl.supportedValuesOf('timeZone')])]
