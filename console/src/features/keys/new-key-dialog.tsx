/** Make a key: its name, what it may do, for which streams, until when. */
import { Checkbox, MultiSelect, Select, Stack, Text, TextInput } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { createdKey } from '#modules/access/schemas.ts'
import { call } from '~/api/client.ts'
import { streamsQuery } from '~/features/delivery/queries.ts'
import { FormDialog } from '~/ui/dialog.tsx'
import { useForm } from '~/ui/form.ts'
import { keysQuery } from './queries.ts'

const lifetimes = [
  { value: '30', label: '30 days' },
  { value: '90', label: '90 days' },
  { value: '365', label: 'one year' },
  { value: '', label: 'never' },
]

type NewKeyDialogProps = {
  scopes: readonly { name: string; summary: string }[]
  onMade: (secret: string) => void
  onClose: () => void
}

/** The form in a dialog; mounted while it is open. */
export function NewKeyDialog({ scopes, onMade, onClose }: NewKeyDialogProps) {
  const queryClient = useQueryClient()
  const streams = useQuery(streamsQuery).data?.streams ?? []
  const form = useForm({
    initial: { name: '', scopes: [] as string[], streams: [] as string[], expires_in_days: '90' },
    submit: async ({ name, scopes: chosen, streams: only, expires_in_days: days }) => {
      const body = {
        name,
        scopes: chosen,
        ...(only.length > 0 ? { streams: only } : {}),
        ...(days === '' ? {} : { expires_in_days: Number(days) }),
      }
      const { key } = await call(createdKey, '/api-keys', { method: 'POST', body })
      await queryClient.invalidateQueries({ queryKey: keysQuery.queryKey })
      onMade(key)
    },
  })
  return (
    <FormDialog title="New API key" onClose={onClose} form={form} submitLabel="Make the key">
      <TextInput label="Name" description="Who or what will use it" required data-autofocus {...form.text('name')} />
      <Checkbox.Group
        label="May"
        required
        value={form.values.scopes}
        onChange={(value) => form.set('scopes', value)}
        error={form.error('scopes')}
      >
        <Stack gap="xs" mt={6}>
          {scopes.map(({ name, summary }) => (
            <Checkbox key={name} value={name} label={<ScopeLabel name={name} summary={summary} />} />
          ))}
        </Stack>
      </Checkbox.Group>
      <MultiSelect
        label="Streams"
        description="Empty means all"
        data={streams.map(({ id, name }) => ({ value: id, label: name }))}
        value={form.values.streams}
        onChange={(value) => form.set('streams', value)}
        error={form.error('streams')}
        searchable
        clearable
      />
      <Select
        label="Expires after"
        data={lifetimes}
        allowDeselect={false}
        value={form.values.expires_in_days}
        onChange={(value) => form.set('expires_in_days', value ?? '')}
        error={form.error('expires_in_days')}
      />
    </FormDialog>
  )
}

const ScopeLabel = ({ name, summary }: { name: string; summary: string }) => (
  <>
    <Text span inherit ff="monospace">
      {name}
    </Text>{' '}
    <Text span inherit c="dimmed">
      {summary}
    </Text>
  </>
)
