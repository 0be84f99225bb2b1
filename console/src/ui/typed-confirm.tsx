/** Asks before something that takes a lot away: the name must be typed, so that it is not done by a slip. */
import { Alert, Text, TextInput } from '@mantine/core'
import type { ReactNode } from 'react'
import { FormDialog } from './dialog.tsx'
import { useForm } from './form.ts'

type TypedConfirmProps = {
  title: string
  question: ReactNode
  /** What must be typed. */
  name: string
  action: string
  onConfirm: () => Promise<unknown>
  onClose: () => void
}

/** The dialog; mounted while it is asked. */
export function TypedConfirm({ title, question, name, action, onConfirm, onClose }: TypedConfirmProps) {
  const form = useForm({
    initial: { typed: '' },
    submit: async ({ typed }) => {
      if (typed.trim() !== name) throw new Error(`That is not "${name}".`)
      await onConfirm()
      onClose()
    },
  })
  return (
    <FormDialog title={title} onClose={onClose} form={form} submitLabel={action} danger>
      <Alert color="red" variant="light">
        {question}
      </Alert>
      <TextInput
        label={
          <>
            Type{' '}
            <Text span inherit ff="monospace">
              {name}
            </Text>{' '}
            to go on
          </>
        }
        autoComplete="off"
        data-autofocus
        {...form.text('typed')}
      />
    </FormDialog>
  )
}
