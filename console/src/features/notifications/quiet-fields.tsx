/** When a channel is to be left in peace. */
import { Chip, Group, Select, Stack, Switch, TextInput } from '@mantine/core'
import { Field } from '~/ui/field.tsx'
import type { useForm } from '~/ui/form.ts'
import { letsThroughChoices, type Values } from './channel-form.ts'
import { weekdays } from './words.ts'

/** The switch and, where it is on, times, days and what gets through. */
export function QuietFields({ form }: { form: ReturnType<typeof useForm<Values>> }) {
  const { values, set, error, text } = form
  return (
    <>
      <Switch
        label="Quiet hours"
        description="Notifications wait for their end, in the tenant’s time zone."
        checked={values.quiet}
        onChange={(event) => set('quiet', event.currentTarget.checked)}
      />
      {values.quiet ? (
        <Stack gap="sm" pl="md">
          <Group grow>
            <TextInput type="time" label="From" required {...text('quiet_from')} />
            <TextInput type="time" label="Until" required {...text('quiet_to')} />
          </Group>
          <Field label="Beginning on" error={error('quiet_days')}>
            <Chip.Group multiple value={values.quiet_days} onChange={(days) => set('quiet_days', days)}>
              <Group gap={6} role="group" aria-label="Beginning on">
                {weekdays.map((name, index) => (
                  <Chip key={name} value={String(index + 1)} size="xs">
                    {name}
                  </Chip>
                ))}
              </Group>
            </Chip.Group>
          </Field>
          <Select
            label="Let through all the same"
            data={letsThroughChoices}
            allowDeselect={false}
            value={values.quiet_lets_through}
            onChange={(value) => set('quiet_lets_through', value ?? '')}
            error={error('quiet_lets_through')}
          />
        </Stack>
      ) : null}
    </>
  )
}
