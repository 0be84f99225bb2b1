/** Changes a tenant as the platform does: its plan, and whether it may be used at all. */
import { Text } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { z } from 'zod'
import { call } from '~/api/client.ts'
import { FormDialog } from '~/ui/dialog.tsx'
import { useForm } from '~/ui/form.ts'
import { plural } from '~/ui/format.ts'
import { useToast } from '~/ui/toast.tsx'
import { TypedConfirm } from '~/ui/typed-confirm.tsx'
import { PlanFields, type PlanValues } from './plan-fields.tsx'
import { renewPlatform, type Tenant } from './queries.ts'

type TenantDialogProps = { tenant: Tenant; onClose: () => void }

/** Sends a change and tells of it. */
function useChange(tenant: Tenant) {
  const queryClient = useQueryClient()
  const toast = useToast()
  return async (method: 'PATCH' | 'DELETE', body: object | undefined, said: string) => {
    await call(z.unknown(), `/tenants/${tenant.id}`, { method, ...(body ? { body } : {}) })
    await renewPlatform(queryClient)
    toast(said)
  }
}

export function PlanDialog({ tenant, onClose }: TenantDialogProps) {
  const change = useChange(tenant)
  const initial: PlanValues = { plan: tenant.plan, modules: tenant.modules }
  const form = useForm({
    initial,
    submit: async ({ plan, modules }) => {
      await change('PATCH', { plan, ...(modules ? { modules } : {}) }, `${tenant.name} is on ${plan} now`)
      onClose()
    },
  })
  return (
    <FormDialog title={`Plan of ${tenant.name}`} onClose={onClose} form={form} submitLabel="Change the plan">
      <PlanFields value={form.values} set={form.set} error={form.error} />
    </FormDialog>
  )
}

export function SuspendTenant({ tenant, onClose }: TenantDialogProps) {
  const change = useChange(tenant)
  return (
    <TypedConfirm
      title={`Suspend ${tenant.name}?`}
      name={tenant.slug}
      question={`${plural(tenant.members, 'member')} are signed out, keys and webhooks are refused. Nothing is deleted; resuming brings all of it back.`}
      action="Suspend the tenant"
      onClose={onClose}
      onConfirm={() => change('PATCH', { status: 'suspended' }, `${tenant.name} is suspended`)}
    />
  )
}

export function RemoveTenant({ tenant, onClose }: TenantDialogProps) {
  const change = useChange(tenant)
  return (
    <TypedConfirm
      title={`Remove ${tenant.name}?`}
      name={tenant.slug}
      question={`${plural(tenant.members, 'member')} are signed out and keys end for good. The data is kept as long as retention says, and then deleted.`}
      action="Remove the tenant"
      onClose={onClose}
      onConfirm={() => change('DELETE', undefined, `${tenant.name} is removed`)}
    />
  )
}

export function ResumeTenant({ tenant, onClose }: TenantDialogProps) {
  const change = useChange(tenant)
  const form = useForm({
    initial: {},
    submit: async () => {
      await change('PATCH', { status: 'ready' }, `${tenant.name} is ready again`)
      onClose()
    },
  })
  return (
    <FormDialog title={`Resume ${tenant.name}?`} onClose={onClose} form={form} submitLabel="Resume the tenant">
      <Text>Its members may sign in again, and what is sent to it is accepted.</Text>
    </FormDialog>
  )
}
