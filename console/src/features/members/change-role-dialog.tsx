/** Gives a member another role. */
import { Text } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { z } from 'zod'
import { call } from '~/api/client.ts'
import { FormDialog } from '~/ui/dialog.tsx'
import { useForm } from '~/ui/form.ts'
import { useToast } from '~/ui/toast.tsx'
import { type Member, renewMembers } from './queries.ts'
import { RoleSelect } from './role-select.tsx'

/** The form in a dialog; mounted while it is open. */
export function ChangeRoleDialog({ member, onClose }: { member: Member; onClose: () => void }) {
  const queryClient = useQueryClient()
  const toast = useToast()
  const form = useForm({
    initial: { role: member.role },
    submit: async ({ role }) => {
      if (role !== member.role) {
        await call(z.unknown(), `/members/${member.person_id}`, { method: 'PATCH', body: { role } })
        await renewMembers(queryClient)
        toast(`${member.name} is ${role} now`)
      }
      onClose()
    },
  })
  return (
    <FormDialog title={`Role of ${member.name}`} onClose={onClose} form={form} submitLabel="Change the role">
      <RoleSelect
        autoFocus
        value={form.values.role}
        onChange={(role) => form.set('role', role)}
        error={form.error('role')}
      />
      <Text size="sm" c="dimmed">
        It takes effect within a second, on pages that are open too.
      </Text>
    </FormDialog>
  )
}
