/** Maps a group to a role in one organisation, or on the platform. */
import { SegmentedControl, Select, TextInput } from '@mantine/core'
import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query'
import { mappingReply } from '#modules/sso/schemas.ts'
import { call } from '~/api/client.ts'
import { useSession } from '~/app/session.tsx'
import { roles } from '~/features/members/queries.ts'
import { tenantsQuery } from '~/features/tenants/queries.ts'
import { platformRoles } from '~/features/tenants/search.ts'
import { FormDialog } from '~/ui/dialog.tsx'
import { Field } from '~/ui/field.tsx'
import { useForm } from '~/ui/form.ts'
import { capitalize, humanize } from '~/ui/format.ts'
import { useToast } from '~/ui/toast.tsx'
import { mappingsQuery } from './queries.ts'

const asChoices = (names: readonly string[]) => names.map((value) => ({ value, label: capitalize(humanize(value)) }))

/** The form in a dialog; mounted while it is open. */
export function NewMappingDialog({ onClose }: { onClose: () => void }) {
  const queryClient = useQueryClient()
  const toast = useToast()
  const { tenant } = useSession()
  const tenants = useInfiniteQuery(tenantsQuery({ limit: 200 })).data?.pages.flatMap((page) => page.tenants) ?? []
  const form = useForm({
    initial: {
      where: 'tenant',
      group: '',
      note: '',
      tenant_id: tenant?.id ?? '',
      role: 'member',
      platform_role: platformRoles[0] as string,
    },
    submit: async ({ where, group, note, tenant_id: tenantId, role, platform_role: platformRole }) => {
      const body = {
        group,
        ...(note.trim() ? { note: note.trim() } : {}),
        ...(where === 'tenant' ? { tenant_id: tenantId || undefined, role } : { platform_role: platformRole }),
      }
      await call(mappingReply, '/oidc-mappings', { method: 'POST', body })
      await queryClient.invalidateQueries({ queryKey: mappingsQuery.queryKey })
      toast(`${note.trim() || group} is mapped`)
      onClose()
    },
  })
  const { values, set } = form
  return (
    <FormDialog title="New mapping" onClose={onClose} form={form} submitLabel="Make the mapping">
      <TextInput
        label="Group"
        description="As the provider names it in the token; for Entra the group's object ID"
        required
        data-autofocus
        {...form.text('group')}
      />
      <TextInput label="Note" description="For people to read, for example the group's name" {...form.text('note')} />
      <Field label="Gives a role">
        <SegmentedControl
          aria-label="Gives a role"
          w="max-content"
          data={[
            { value: 'tenant', label: 'In an organisation' },
            { value: 'platform', label: 'On the platform' },
          ]}
          value={values.where}
          onChange={(where) => set('where', where)}
        />
      </Field>
      {values.where === 'tenant' ? (
        <>
          <Select
            label="Organisation"
            searchable
            allowDeselect={false}
            data={tenants.map(({ id, name }) => ({ value: id, label: name }))}
            value={values.tenant_id || null}
            onChange={(id) => set('tenant_id', id ?? '')}
            error={form.error('tenant_id')}
          />
          <Select
            label="Role"
            allowDeselect={false}
            data={asChoices(roles)}
            value={values.role}
            onChange={(role) => set('role', role ?? values.role)}
            error={form.error('role')}
          />
        </>
      ) : (
        <Select
          label="Platform role"
          allowDeselect={false}
          data={asChoices(platformRoles)}
          value={values.platform_role}
          onChange={(role) => set('platform_role', role ?? values.platform_role)}
          error={form.error('platform_role')}
        />
      )}
    </FormDialog>
  )
}
