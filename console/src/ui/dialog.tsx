/** Dialogs: a form in a modal, and a question before something that cannot be undone. */
import { Button, Group, Modal, Stack, Text } from '@mantine/core'
import { type ReactNode, useState } from 'react'
import type { FormState } from './form.ts'
import { FormFailure } from './form-failure.tsx'

type FormDialogProps = {
  title: string
  /** Left out where the dialog is mounted while it is open. */
  opened?: boolean
  onClose: () => void
  form: FormState
  submitLabel: string
  children: ReactNode
  /** A second, quiet action on the left of the buttons. */
  aside?: ReactNode
  /** Submitting ends or removes something. */
  danger?: boolean
}

/** A form in a modal with a cancel and a submit button. */
export function FormDialog(props: FormDialogProps) {
  return (
    <Modal opened={props.opened ?? true} onClose={props.onClose} title={props.title} size="lg">
      <form onSubmit={(event) => void props.form.onSubmit(event)} noValidate>
        <Stack>
          {props.children}
          <FormFailure error={props.form.failure} />
          <Group justify="space-between" mt="xs">
            <Group>{props.aside}</Group>
            <Group>
              <Button variant="default" onClick={props.onClose}>
                Cancel
              </Button>
              <Button type="submit" loading={props.form.busy} {...(props.danger ? { color: 'red' } : {})}>
                {props.submitLabel}
              </Button>
            </Group>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}

type ConfirmProps = {
  title: string
  question: ReactNode
  action: string
  onConfirm: () => Promise<unknown>
  onClose: () => void
}

/** Asks before something final; mounted while it is asked. */
export function Confirm({ title, question, action, onConfirm, onClose }: ConfirmProps) {
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const confirm = async () => {
    setBusy(true)
    try {
      await onConfirm()
      onClose()
    } catch (failure) {
      setError(failure)
    } finally {
      setBusy(false)
    }
  }
  return (
    <Modal opened onClose={onClose} title={title}>
      <Stack>
        <Text>{question}</Text>
        <FormFailure error={error} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose} data-autofocus>
            Keep it
          </Button>
          <Button color="red" loading={busy} onClick={() => void confirm()}>
            {action}
          </Button>
        </Group>
      </Stack>
    </Modal>
  )
}
