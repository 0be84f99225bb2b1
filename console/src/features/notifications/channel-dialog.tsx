/** Makes a channel, or changes one. */
import { PasswordInput, Select, Switch, TextInput } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { channelKinds, channelRow, madeChannel } from '#modules/notifications/schemas.ts'
import { call } from '~/api/client.ts'
import { FormDialog } from '~/ui/dialog.tsx'
import { useForm } from '~/ui/form.ts'
import { useToast } from '~/ui/toast.tsx'
import { bodyOf, fieldOfPointer, fieldsOf, initialOf, severityChoices } from './channel-form.ts'
import type { Channel } from './queries.ts'
import { QuietFields } from './quiet-fields.tsx'
import { kindTitles } from './words.ts'

type ChannelDialogProps = {
  /** Absent: a new one is made. */
  channel?: Channel
  onClose: () => void
  /** Told the signing secret that was made, to be shown once. */
  onSecret?: (secret: string) => void
}

/** The form in a dialog; mounted while it is open. */
export function ChannelDialog({ channel, onClose, onSecret }: ChannelDialogProps) {
  const queryClient = useQueryClient()
  const toast = useToast()
  const form = useForm({
    initial: initialOf(channel),
    fieldOf: fieldOfPointer,
    submit: async (values) => {
      const body = bodyOf(values)
      if (channel) await call(channelRow, `/notification-channels/${channel.id}`, { method: 'PATCH', body })
      else {
        const given = { kind: values.kind, ...body }
        const { secret } = await call(madeChannel, '/notification-channels', { method: 'POST', body: given })
        if (secret) onSecret?.(secret)
      }
      await queryClient.invalidateQueries({ queryKey: ['notifications'] })
      toast(channel ? `${values.name} is changed` : `${values.name} is told from now on`)
      onClose()
    },
  })
  const { values, set } = form
  const kind = values.kind as Channel['kind']
  return (
    <FormDialog
      title={channel ? `Change ${channel.name}` : 'New channel'}
      onClose={onClose}
      form={form}
      submitLabel={channel ? 'Save' : 'Make the channel'}
    >
      {channel ? null : (
        <Select
          label="Kind"
          data={channelKinds.map((value) => ({ value, label: kindTitles[value] }))}
          allowDeselect={false}
          value={values.kind}
          onChange={(value) => set('kind', value ?? values.kind)}
          error={form.error('kind')}
        />
      )}
      <TextInput
        label="Name"
        description="As it is called here, for example On call"
        required
        data-autofocus
        {...form.text('name')}
      />
      {fieldsOf[kind].map(({ name, label, description, secret, optional }) => {
        const kept = channel !== undefined && secret === true
        const props = {
          label,
          description: kept
            ? `Leave it empty to keep ${channel.secret_hint ? `the one that ends in ${channel.secret_hint.slice(1)}` : 'it'}.`
            : description,
          required: !kept && !optional,
          autoComplete: 'off',
          ...form.text(name),
        }
        return secret ? <PasswordInput key={name} {...props} /> : <TextInput key={name} {...props} />
      })}
      <Select
        label="Tell of"
        data={severityChoices}
        allowDeselect={false}
        value={values.minimum_severity}
        onChange={(value) => set('minimum_severity', value ?? values.minimum_severity)}
        error={form.error('minimum_severity')}
      />
      <QuietFields form={form} />
      <Switch
        label="On"
        description="Off: nothing is sent, and what would have been is not sent later."
        checked={values.enabled}
        onChange={(event) => set('enabled', event.currentTarget.checked)}
      />
    </FormDialog>
  )
}
