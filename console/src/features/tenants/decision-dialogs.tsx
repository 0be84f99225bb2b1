/** Approves a registration with a plan, or rejects it with a reason; both are told by mail. */
import { Text, Textarea } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { z } from 'zod'
import { registrationApproved } from '#modules/tenants/schemas.ts'
import { call } from '~/api/client.ts'
import { FormDialog } from '~/ui/dialog.tsx'
import { useForm } from '~/ui/form.ts'
import { useToast } from '~/ui/toast.tsx'
import { PlanFields, type PlanValues } from './plan-fields.tsx'
import { type Registration, renewPlatform } from './queries.ts'

type DecisionProps = { registration: Registration; onClose: () => void }

export function ApproveDialog({ registration: { id, organisation, email }, onClose }: DecisionProps) {
  const queryClient = useQueryClient()
  const toast = useToast()
  const initial: PlanValues = { plan: 'core', modules: null }
  const form = useForm({
    initial,
    submit: async ({ plan, modules }) => {
      const body = { plan, ...(modules ? { modules } : {}) }
      const { tenant } = await call(registrationApproved, `/registrations/${id}/approve`, { method: 'POST', body })
      await renewPlatform(queryClient)
      toast(`${tenant.name} is ready`)
      onClose()
    },
  })
  return (
    <FormDialog title={`Approve ${organisation}`} onClose={onClose} form={form} submitLabel="Approve">
      <Text>The organisation is made at once, {email} is its owner and gets a mail.</Text>
      <PlanFields value={form.values} set={form.set} error={form.error} />
    </FormDialog>
  )
}

export function RejectDialog({ registration: { id, organisation, email }, onClose }: DecisionProps) {
  const queryClient = useQueryClient()
  const toast = useToast()
  const form = useForm({
    initial: { reason: '' },
    submit: async (body) => {
      await call(z.unknown(), `/registrations/${id}/reject`, { method: 'POST', body })
      await renewPlatform(queryClient)
      toast(`The request of ${organisation} is rejected`)
      onClose()
    },
  })
  return (
    <FormDialog title={`Reject ${organisation}`} onClose={onClose} form={form} submitLabel="Reject" danger>
      <Textarea
        label="Reason"
        description={`${email} reads it in a mail`}
        required
        autosize
        minRows={2}
        data-autofocus
        {...form.text('reason')}
      />
    </FormDialog>
  )
}
