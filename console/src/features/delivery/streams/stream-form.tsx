/** Make or change a stream. */
import { Code, SegmentedControl, TagsInput, TextInput } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { z } from 'zod'
import { streamReply } from '#modules/delivery/facts/schemas.ts'
import { call } from '~/api/client.ts'
import { FormDialog } from '~/ui/dialog.tsx'
import { Field } from '~/ui/field.tsx'
import { useForm } from '~/ui/form.ts'
import { useToast } from '~/ui/toast.tsx'
import { unassignedAtGitHubQuery } from '../queries.ts'
import { fieldOfPointer, fromSources, sourceKinds, sourceOrder, toSources, toStreamId } from './sources.ts'
import type { Stream } from './stream-columns.tsx'

type StreamFormProps = {
  /** The stream to change; without it, a new one. */
  stream: Stream | undefined
  /** A repository a new stream starts with. */
  repository: string | undefined
  unassigned: readonly string[]
  onClose: () => void
}

/** The form in a dialog; mounted while it is open. */
export function StreamForm({ stream, repository, unassigned, onClose }: StreamFormProps) {
  const queryClient = useQueryClient()
  // Suggestions: without them the form is as good.
  const listed = useQuery(unassignedAtGitHubQuery).data?.repositories ?? []
  const suggested = [...new Set([...unassigned, ...listed.map(({ name: full }) => full.toLowerCase())])].sort()
  const toast = useToast()
  const name = stream?.name ?? repository?.split('/').at(-1) ?? ''
  const form = useForm({
    initial: {
      name,
      id: stream?.id ?? toStreamId(name),
      kind: stream?.kind ?? ('delivery' as 'delivery' | 'tech'),
      ...fromSources(stream?.sources ?? (repository ? [{ kind: 'repository', value: repository }] : [])),
    },
    fieldOf: fieldOfPointer,
    submit: async (values) => {
      const body = { name: values.name, sources: toSources(values) }
      if (stream) await call(z.unknown(), `/streams/${stream.id}`, { method: 'PATCH', body })
      else await call(streamReply, '/streams', { method: 'POST', body: { ...body, id: values.id, kind: values.kind } })
      await queryClient.invalidateQueries()
      toast(stream ? `${values.name} is changed` : `${values.name} is made`)
      onClose()
    },
  })
  const { values, set } = form
  // As long as nobody wrote an id, it follows the name.
  const onName = (next: string) => {
    if (!stream && values.id === toStreamId(values.name)) set('id', toStreamId(next))
    set('name', next)
  }
  return (
    <FormDialog
      title={stream ? `Edit ${stream.name}` : 'New stream'}
      onClose={onClose}
      form={form}
      submitLabel={stream ? 'Save' : 'Make the stream'}
    >
      <TextInput
        label="Name"
        required
        data-autofocus
        {...form.text('name')}
        onChange={(event) => onName(event.currentTarget.value)}
      />
      {stream ? (
        <Field label="Id" description="Used in addresses and by the API; it stays">
          <div>
            <Code>{stream.id}</Code>
          </div>
        </Field>
      ) : (
        <>
          <TextInput
            label="Id"
            description="Used in addresses and by the API; it stays"
            required
            {...form.text('id')}
          />
          <Field label="Kind" error={form.error('kind')}>
            <SegmentedControl
              fullWidth
              aria-label="Kind"
              data={[
                { value: 'delivery', label: 'Delivery: a team or product' },
                { value: 'tech', label: 'Tech: a platform or language' },
              ]}
              value={values.kind}
              onChange={(kind) => set('kind', kind as 'delivery' | 'tech')}
            />
          </Field>
        </>
      )}
      {sourceOrder.map((kind) => (
        <TagsInput
          key={kind}
          label={sourceKinds[kind].title}
          placeholder={values[kind].length === 0 ? sourceKinds[kind].hint : undefined}
          data={kind === 'repository' ? suggested : []}
          value={values[kind]}
          onChange={(list) => set(kind, list)}
          error={form.error(kind)}
          acceptValueOnBlur
          clearable
        />
      ))}
    </FormDialog>
  )
}
