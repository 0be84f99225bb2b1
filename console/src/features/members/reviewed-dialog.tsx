/** Keeps that the access of everybody was looked through. */
import { Text, Textarea } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { reviewCompleted } from '#modules/tenants/schemas.ts'
import { call } from '~/api/client.ts'
import { FormDialog } from '~/ui/dialog.tsx'
import { useForm } from '~/ui/form.ts'
import { useToast } from '~/ui/toast.tsx'
import { accessReviewQuery } from './queries.ts'

/** The dialog; mounted while it is open. */
export function ReviewedDialog({ onClose }: { onClose: () => void }) {
  const queryClient = useQueryClient()
  const toast = useToast()
  const form = useForm({
    initial: { note: '' },
    submit: async ({ note }) => {
      const body = note.trim() === '' ? {} : { note: note.trim() }
      await call(reviewCompleted, '/access-review/complete', { method: 'POST', body })
      await queryClient.invalidateQueries({ queryKey: accessReviewQuery.queryKey })
      toast('The review is kept')
      onClose()
    },
  })
  return (
    <FormDialog title="Mark as reviewed" onClose={onClose} form={form} submitLabel="It is reviewed">
      <Text>
        With your name and today's date it stands in the audit log that you looked through everybody's access.
      </Text>
      <Textarea
        label="Note"
        description="What you changed, or why all stays"
        autosize
        minRows={2}
        data-autofocus
        {...form.text('note')}
      />
    </FormDialog>
  )
}
