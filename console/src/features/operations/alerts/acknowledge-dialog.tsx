/** Somebody looks after an alert, and may say how. */
import { Text, Textarea } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { alertRow } from '#modules/alerts/schemas.ts'
import { call } from '~/api/client.ts'
import { FormDialog } from '~/ui/dialog.tsx'
import { useForm } from '~/ui/form.ts'
import { useToast } from '~/ui/toast.tsx'
import { alertTitle } from '../alert-title.ts'
import type { Alert } from '../queries.ts'

/** The dialog; mounted while it is open. */
export function AcknowledgeDialog({ alert, onClose }: { alert: Alert; onClose: () => void }) {
  const queryClient = useQueryClient()
  const toast = useToast()
  const form = useForm({
    initial: { note: '' },
    submit: async ({ note }) => {
      await call(alertRow, `/admin/system-alerts/${encodeURIComponent(alert.id)}/acknowledge`, {
        method: 'POST',
        body: note.trim() === '' ? {} : { note: note.trim() },
      })
      await queryClient.invalidateQueries({ queryKey: ['alerts'] })
      toast(`${alertTitle(alert)} is acknowledged`)
      onClose()
    },
  })
  return (
    <FormDialog title={alertTitle(alert)} onClose={onClose} form={form} submitLabel="Acknowledge">
      <Text>{alert.detail}</Text>
      <Textarea
        label="Note"
        description="What you found, or who looks after it. Kept in the alert's history with your name"
        autosize
        minRows={2}
        maxLength={1000}
        data-autofocus
        {...form.text('note')}
      />
      <Text size="sm" c="dimmed">
        It stays open until its condition is no longer met.
      </Text>
    </FormDialog>
  )
}
