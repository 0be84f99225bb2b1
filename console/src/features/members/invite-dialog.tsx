/** Invite somebody by mail, with a role that is at most one's own. */
import { Text, TextInput } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { invitationReply } from '#modules/tenants/schemas.ts'
import { call } from '~/api/client.ts'
import { FormDialog } from '~/ui/dialog.tsx'
import { useForm } from '~/ui/form.ts'
import { useToast } from '~/ui/toast.tsx'
import { type Role, renewMembers } from './queries.ts'
import { RoleSelect } from './role-select.tsx'

/** The form in a dialog; mounted while it is open. */
export function InviteDialog({ onClose }: { onClose: () => void }) {
  const queryClient = useQueryClient()
  const toast = useToast()
  const form = useForm({
    initial: { email: '', role: 'member' as Role },
    submit: async (body) => {
      const { email } = await call(invitationReply, '/invitations', { method: 'POST', body })
      await renewMembers(queryClient)
      toast(`${email} is invited`)
      onClose()
    },
  })
  return (
    <FormDialog title="Invite somebody" onClose={onClose} form={form} submitLabel="Send the invitation">
      <TextInput label="E-mail" type="email" required data-autofocus autoComplete="off" {...form.text('email')} />
      <RoleSelect value={form.values.role} onChange={(role) => form.set('role', role)} error={form.error('role')} />
      <Text size="sm" c="dimmed">
        They get a mail with a link that works once. Until they accept, the invitation can be taken back.
      </Text>
    </FormDialog>
  )
}
