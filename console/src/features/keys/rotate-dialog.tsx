/** Replace a key: the new one works at once, the old one for some hours more. */
import { Select, Text } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { createdKey } from '#modules/access/schemas.ts'
import { call } from '~/api/client.ts'
import { FormDialog } from '~/ui/dialog.tsx'
import { useForm } from '~/ui/form.ts'
import { overlaps } from '~/ui/overlaps.ts'
import { type Key, keysQuery } from './queries.ts'

type RotateDialogProps = { apiKey: Key; onMade: (secret: string) => void; onClose: () => void }

/** The form in a dialog; mounted while it is open. */
export function RotateDialog({ apiKey, onMade, onClose }: RotateDialogProps) {
  const queryClient = useQueryClient()
  const form = useForm({
    initial: { overlap_hours: '24' },
    submit: async ({ overlap_hours: hours }) => {
      const body = { overlap_hours: Number(hours) }
      const { key } = await call(createdKey, `/api-keys/${apiKey.id}/rotate`, { method: 'POST', body })
      await queryClient.invalidateQueries({ queryKey: keysQuery.queryKey })
      onMade(key)
    },
  })
  return (
    <FormDialog title={`Rotate ${apiKey.name}`} onClose={onClose} form={form} submitLabel="Make the new key">
      <Text>A new key with the same rights is made and shown once.</Text>
      <Select
        label="The old key ends"
        data={overlaps}
        allowDeselect={false}
        value={form.values.overlap_hours}
        onChange={(value) => form.set('overlap_hours', value ?? '24')}
        error={form.error('overlap_hours')}
      />
    </FormDialog>
  )
}
