/** Changes an account as the platform does: its role there, whether it may sign in at all. */
import { Select, Text } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { z } from 'zod'
import { call } from '~/api/client.ts'
import { Confirm, FormDialog } from '~/ui/dialog.tsx'
import { useForm } from '~/ui/form.ts'
import { capitalize, humanize } from '~/ui/format.ts'
import { useToast } from '~/ui/toast.tsx'
import { type Person, renewPlatform } from './queries.ts'
import { platformRoles } from './search.ts'

type PersonDialogProps = { person: Person; onClose: () => void }

/** Saves a change of a person and tells so. */
function useChange(person: Person) {
  const queryClient = useQueryClient()
  const toast = useToast()
  return async (body: object, said: string) => {
    await call(z.unknown(), `/people/${person.id}`, { method: 'PATCH', body })
    await renewPlatform(queryClient)
    toast(said)
  }
}

export function PlatformRoleDialog({ person, onClose }: PersonDialogProps) {
  const change = useChange(person)
  const form = useForm({
    initial: { platform_role: person.platform_role ?? '' },
    submit: async ({ platform_role: role }) => {
      await change(
        { platform_role: role === '' ? null : role },
        role === '' ? `${person.name} has no platform role now` : `${person.name} is ${humanize(role)} now`,
      )
      onClose()
    },
  })
  return (
    <FormDialog title={`Platform role of ${person.name}`} onClose={onClose} form={form} submitLabel="Change the role">
      <Select
        label="Platform role"
        data={[
          { value: '', label: 'None' },
          ...platformRoles.map((value) => ({ value, label: capitalize(humanize(value)) })),
        ]}
        allowDeselect={false}
        value={form.values.platform_role}
        onChange={(value) => form.set('platform_role', value ?? '')}
        error={form.error('platform_role')}
        data-autofocus
      />
      <Text size="sm" c="dimmed">
        Support may look into an organisation for a while, with a reason that its members see. A platform admin makes
        and ends organisations and accounts.
      </Text>
    </FormDialog>
  )
}

export function DisablePerson({ person, onClose }: PersonDialogProps) {
  const change = useChange(person)
  return (
    <Confirm
      title={`Disable ${person.name}?`}
      question="They are signed out everywhere within a second and cannot sign in until the account is enabled again. Their memberships stay."
      action="Disable the account"
      onClose={onClose}
      onConfirm={() => change({ status: 'disabled' }, `${person.name} is disabled`)}
    />
  )
}

export function EnablePerson({ person, onClose }: PersonDialogProps) {
  const change = useChange(person)
  const form = useForm({
    initial: {},
    submit: async () => {
      await change({ status: 'active' }, `${person.name} may sign in again`)
      onClose()
    },
  })
  return (
    <FormDialog title={`Enable ${person.name}?`} onClose={onClose} form={form} submitLabel="Enable the account">
      <Text>They may sign in again, with the memberships and the role they had.</Text>
    </FormDialog>
  )
}
