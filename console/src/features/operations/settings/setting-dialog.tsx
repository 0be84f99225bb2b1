/** Change one setting, or set it back to what it is by default. */
import { Button, NumberInput, Select, Switch, Text, Textarea, TextInput } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { z } from 'zod'
import { call } from '~/api/client.ts'
import { FormDialog } from '~/ui/dialog.tsx'
import { useForm } from '~/ui/form.ts'
import { useToast } from '~/ui/toast.tsx'
import { type Setting, settingsQuery } from '../queries.ts'
import { type Control, controlOf, fromText, inWords, isDefault, toText } from './setting-value.ts'

/** The form in a dialog; mounted while it is open. */
export function SettingDialog({ setting, onClose }: { setting: Setting; onClose: () => void }) {
  const queryClient = useQueryClient()
  const toast = useToast()
  const control = controlOf(setting.schema)
  const path = `/settings/${encodeURIComponent(setting.name)}`
  const done = async (message: string) => {
    await queryClient.invalidateQueries({ queryKey: settingsQuery.queryKey })
    toast(message)
    onClose()
  }
  const form = useForm({
    initial: { value: toText(setting.value, control) },
    submit: async ({ value }) => {
      await call(z.unknown(), path, { method: 'PUT', body: { value: fromText(value, control) } })
      await done(`${setting.name} is changed`)
    },
  })
  const reset = useForm({
    initial: {},
    submit: async () => {
      await call(z.unknown(), path, { method: 'DELETE' })
      await done(`${setting.name} is ${inWords(setting.default)} again`)
    },
  })
  return (
    <FormDialog
      title={setting.name}
      onClose={onClose}
      form={{ ...form, failure: form.failure ?? reset.failure }}
      submitLabel="Change it"
      aside={
        isDefault(setting) ? null : (
          <Button variant="subtle" loading={reset.busy} onClick={() => void reset.onSubmit()}>
            Set back to the default
          </Button>
        )
      }
    >
      <Text>{setting.summary}</Text>
      <ValueField control={control} form={form} />
      <Text size="sm" c="dimmed">
        By default {inWords(setting.default)}.
      </Text>
    </FormDialog>
  )
}

type Form = {
  values: { value: string }
  set: (name: 'value', value: string) => void
  error: (name: 'value') => string | undefined
}

function ValueField({ control, form }: { control: Control; form: Form }) {
  const { value } = form.values
  const set = (next: string) => form.set('value', next)
  const common = { label: 'Value', error: form.error('value'), 'data-autofocus': true }
  switch (control.kind) {
    case 'number':
      return (
        <NumberInput
          {...common}
          value={value}
          onChange={(next) => set(String(next))}
          allowDecimal={!control.whole}
          {...(control.min === undefined ? {} : { min: control.min })}
          {...(control.max === undefined ? {} : { max: control.max })}
          clampBehavior="none"
        />
      )
    case 'switch':
      return (
        <Switch {...common} checked={value === 'true'} onChange={(event) => set(String(event.currentTarget.checked))} />
      )
    case 'choice':
      return (
        <Select
          {...common}
          data={control.options}
          allowDeselect={false}
          value={value}
          onChange={(next) => set(next ?? value)}
        />
      )
    case 'text':
      return <TextInput {...common} value={value} onChange={(event) => set(event.currentTarget.value)} />
    case 'json':
      return (
        <Textarea
          {...common}
          description="As JSON"
          autosize
          minRows={3}
          maxRows={16}
          ff="monospace"
          value={value}
          onChange={(event) => set(event.currentTarget.value)}
        />
      )
  }
}
