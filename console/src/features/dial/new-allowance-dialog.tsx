/** Opens a private network or host to one tenant. */
import { Select, Text, Textarea, TextInput } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { allowanceRow } from '#modules/dial/schemas.ts'
import { call } from '~/api/client.ts'
import { FormDialog } from '~/ui/dialog.tsx'
import { useForm } from '~/ui/form.ts'
import { useToast } from '~/ui/toast.tsx'

type NewAllowanceProps = {
  /** The tenant, where it is known; else one of `tenants` is chosen. */
  tenantId?: string
  tenants?: readonly { id: string; name: string }[]
  onClose: () => void
}

/** The form in a dialog; mounted while it is open. */
export function NewAllowanceDialog({ tenantId, tenants = [], onClose }: NewAllowanceProps) {
  const queryClient = useQueryClient()
  const toast = useToast()
  const form = useForm({
    initial: { tenant_id: tenantId ?? tenants[0]?.id ?? '', target: '', reason: '' },
    submit: async (body) => {
      const { target } = await call(allowanceRow, '/dial-allowances', { method: 'POST', body })
      await queryClient.invalidateQueries({ queryKey: ['dial-allowances'] })
      toast(`${target} is open`)
      onClose()
    },
  })
  return (
    <FormDialog title="Open a private network" onClose={onClose} form={form} submitLabel="Open it">
      {tenantId ? null : (
        <Select
          label="Tenant"
          searchable
          allowDeselect={false}
          data={tenants.map(({ id, name }) => ({ value: id, label: name }))}
          value={form.values.tenant_id || null}
          onChange={(id) => form.set('tenant_id', id ?? '')}
          error={form.error('tenant_id')}
        />
      )}
      <TextInput
        label="Network, address or host"
        description="For example 10.20.0.0/16, 10.20.1.4:8443 or jira.internal"
        required
        data-autofocus
        {...form.text('target')}
      />
      <Textarea label="Reason" required autosize minRows={2} {...form.text('reason')} />
      <Text size="sm" c="dimmed">
        Without it daytwo dials no private address for a tenant, whatever it is told.
      </Text>
    </FormDialog>
  )
}
