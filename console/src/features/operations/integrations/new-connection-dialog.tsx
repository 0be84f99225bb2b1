/** Make a connection: who sends, under which name. */
import { Select, TextInput } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { madeConnection, newConnection } from '#modules/intake/schemas.ts'
import { call } from '~/api/client.ts'
import { FormDialog } from '~/ui/dialog.tsx'
import { useForm } from '~/ui/form.ts'
import type { Made } from './connection-secret.tsx'
import { connectionsQuery } from './queries.ts'

const sources = newConnection.shape.source.options
const generic = 'events'
const titles: Record<(typeof sources)[number], string> = { github: 'GitHub', jira: 'Jira', events: 'Another source' }

/** The form in a dialog; mounted while it is open. */
export function NewConnectionDialog({ onMade, onClose }: { onMade: (made: Made) => void; onClose: () => void }) {
  const queryClient = useQueryClient()
  const form = useForm({
    initial: { source: sources[0] as string, event_source: '', name: '' },
    submit: async ({ event_source: named, ...given }) => {
      const body = { ...given, ...(given.source === generic ? { event_source: named.trim() } : {}) }
      const { id, secret, url } = await call(madeConnection, '/connections', { method: 'POST', body })
      await queryClient.invalidateQueries({ queryKey: connectionsQuery.queryKey })
      onMade({ id, secret, url })
    },
  })
  return (
    <FormDialog title="New connection" onClose={onClose} form={form} submitLabel="Make the connection">
      <Select
        label="Source"
        data={sources.map((value) => ({ value, label: titles[value] }))}
        allowDeselect={false}
        value={form.values.source}
        onChange={(value) => form.set('source', value ?? form.values.source)}
        error={form.error('source')}
      />
      {form.values.source === generic ? (
        <TextInput
          label="Source name"
          description="What its events carry, and part of its address; for example jenkins"
          required
          {...form.text('event_source')}
        />
      ) : null}
      <TextInput
        label="Name"
        description="Who sends, for example an organisation"
        required
        data-autofocus
        {...form.text('name')}
      />
    </FormDialog>
  )
}
