/** Makes a tenant and, with an address, invites its owner. */
import { Group, TextInput } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { tenantReply } from '#modules/tenants/schemas.ts'
import { call } from '~/api/client.ts'
import { FormDialog } from '~/ui/dialog.tsx'
import { useForm } from '~/ui/form.ts'
import { useToast } from '~/ui/toast.tsx'
import { PlanFields, type PlanValues } from './plan-fields.tsx'
import { renewPlatform } from './queries.ts'

/** `Acme Outfitters GmbH` → `acme-outfitters-gmbh`. */
const slugOf = (name: string) =>
  name
    .toLowerCase()
    .normalize('NFD')
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 63)

/** The form in a dialog; mounted while it is open. */
export function NewTenantDialog({ onClose }: { onClose: () => void }) {
  const queryClient = useQueryClient()
  const toast = useToast()
  const plan: PlanValues = { plan: 'core', modules: null }
  const form = useForm({
    initial: { name: '', slug: '', time_zone: '', owner_email: '', ...plan },
    submit: async ({ name, slug, time_zone: zone, owner_email: owner, plan: chosen, modules }) => {
      await call(tenantReply, '/tenants', {
        method: 'POST',
        body: {
          name,
          slug: slug || slugOf(name),
          plan: chosen,
          ...(modules ? { modules } : {}),
          ...(zone.trim() ? { time_zone: zone.trim() } : {}),
          ...(owner.trim() ? { owner_email: owner.trim() } : {}),
        },
      })
      await renewPlatform(queryClient)
      toast(owner ? `${name} is made; ${owner} is invited` : `${name} is made`)
      onClose()
    },
  })
  return (
    <FormDialog title="New tenant" onClose={onClose} form={form} submitLabel="Make the tenant">
      <TextInput label="Name" required data-autofocus {...form.text('name')} />
      <Group grow align="flex-start">
        <TextInput
          label="Short name"
          description="In addresses and commands"
          placeholder={slugOf(form.values.name)}
          {...form.text('slug')}
        />
        <TextInput label="Time zone" description="Days are days of it" placeholder="UTC" {...form.text('time_zone')} />
      </Group>
      <TextInput label="Owner's e-mail" description="Gets an invitation" type="email" {...form.text('owner_email')} />
      <PlanFields value={form.values} set={form.set} error={form.error} />
    </FormDialog>
  )
}
