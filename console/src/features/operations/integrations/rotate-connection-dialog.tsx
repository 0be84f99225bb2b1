/** Change a connection's secret: the new one works at once, the old one for some hours more. */
import { Select, Text } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { madeConnection } from '#modules/intake/schemas.ts'
import { call } from '~/api/client.ts'
import { FormDialog } from '~/ui/dialog.tsx'
import { useForm } from '~/ui/form.ts'
import { overlaps } from '~/ui/overlaps.ts'
import type { Made } from './connection-secret.tsx'
import { type Connection, connectionsQuery } from './queries.ts'

type RotateConnectionProps = { connection: Connection; onMade: (made: Made) => void; onClose: () => void }

/** The form in a dialog; mounted while it is open. */
export function RotateConnectionDialog({ connection, onMade, onClose }: RotateConnectionProps) {
  const queryClient = useQueryClient()
  const form = useForm({
    initial: { overlap_hours: '24' },
    submit: async ({ overlap_hours: hours }) => {
      const body = { overlap_hours: Number(hours) }
      const { secret } = await call(madeConnection.omit({ url: true }), `/connections/${connection.id}/rotate`, {
        method: 'POST',
        body,
      })
      await queryClient.invalidateQueries({ queryKey: connectionsQuery.queryKey })
      onMade({ id: connection.id, secret })
    },
  })
  return (
    <FormDialog title={`Rotate ${connection.name}`} onClose={onClose} form={form} submitLabel="Make the new secret">
      <Text>The address stays. A new secret is made and shown once; until the old one ends, both are accepted.</Text>
      <Select
        label="The old secret ends"
        data={overlaps}
        allowDeselect={false}
        value={form.values.overlap_hours}
        onChange={(value) => form.set('overlap_hours', value ?? '24')}
        error={form.error('overlap_hours')}
      />
    </FormDialog>
  )
}
