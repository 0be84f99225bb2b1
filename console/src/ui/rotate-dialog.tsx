/** Asks when the old secret ends that a new one takes the place of. */
import { Select, Text } from '@mantine/core'
import { FormDialog } from './dialog.tsx'
import { useForm } from './form.ts'

/** In hours. */
const overlaps = [
  { value: '0', label: 'at once' },
  { value: '1', label: 'after an hour' },
  { value: '24', label: 'after a day' },
  { value: '168', label: 'after a week' },
]

type RotateDialogProps = {
  /** Whose secret it is. */
  name: string
  secret: 'key' | 'secret'
  /** What will happen. */
  lead: string
  rotate: (body: { overlap_hours: number }) => Promise<unknown>
  onClose: () => void
}

/** The form in a dialog; mounted while it is open. */
export function RotateDialog({ name, secret, lead, rotate, onClose }: RotateDialogProps) {
  const form = useForm({
    initial: { overlap_hours: '24' },
    submit: ({ overlap_hours: hours }) => rotate({ overlap_hours: Number(hours) }),
  })
  return (
    <FormDialog title={`Rotate ${name}`} onClose={onClose} form={form} submitLabel={`Make the new ${secret}`}>
      <Text>{lead}</Text>
      <Select
        label={`The old ${secret} ends`}
        data={overlaps}
        allowDeselect={false}
        value={form.values.overlap_hours}
        onChange={(value) => form.set('overlap_hours', value ?? '24')}
        error={form.error('overlap_hours')}
      />
    </FormDialog>
  )
}
