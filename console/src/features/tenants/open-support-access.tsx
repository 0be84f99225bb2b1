/** Looks into a tenant for a while, with a reason that its members see. */
import { Select, Text, Textarea } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { newSupportAccess, supportAccessReply } from '#modules/tenants/schemas.ts'
import { call } from '~/api/client.ts'
import { FormDialog } from '~/ui/dialog.tsx'
import { useForm } from '~/ui/form.ts'
import { capitalize } from '~/ui/format.ts'
import { useToast } from '~/ui/toast.tsx'
import type { Tenant } from './queries.ts'

const lengths = [
  { value: '15', label: '15 minutes' },
  { value: '60', label: 'an hour' },
  { value: '240', label: '4 hours' },
  { value: '480', label: '8 hours' },
]

/** The form in a dialog; mounted while it is open. */
export function OpenSupportAccess({ tenant, onClose }: { tenant: Tenant; onClose: () => void }) {
  const queryClient = useQueryClient()
  const toast = useToast()
  const form = useForm({
    initial: { role: 'viewer', reason: '', minutes: '60' },
    submit: async ({ role, reason, minutes }) => {
      await call(supportAccessReply, `/tenants/${tenant.id}/support-access`, {
        method: 'POST',
        body: { role, reason, minutes: Number(minutes) },
      })
      await Promise.all(['support-access', 'session'].map((key) => queryClient.invalidateQueries({ queryKey: [key] })))
      toast(`Your access to ${tenant.name} is open; switch to it above the pages`)
      onClose()
    },
  })
  return (
    <FormDialog title={`Support access to ${tenant.name}`} onClose={onClose} form={form} submitLabel="Open the access">
      <Textarea
        label="Reason"
        description="The members of the organisation read it"
        required
        autosize
        minRows={2}
        data-autofocus
        {...form.text('reason')}
      />
      <Select
        label="As"
        data={newSupportAccess.shape.role.options.map((role) => ({ value: role, label: capitalize(role) }))}
        allowDeselect={false}
        value={form.values.role}
        onChange={(role) => form.set('role', role ?? 'viewer')}
        error={form.error('role')}
      />
      <Select
        label="For"
        data={lengths}
        allowDeselect={false}
        value={form.values.minutes}
        onChange={(minutes) => form.set('minutes', minutes ?? '60')}
        error={form.error('minutes')}
      />
      <Text size="sm" c="dimmed">
        It ends by itself. Everything you do there is audited with your name, and its members can end it.
      </Text>
    </FormDialog>
  )
}
