/** Asks, with the number the server counted, before dead letters are requeued. */
import { Skeleton, Text } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { FormDialog } from '~/ui/dialog.tsx'
import { useForm } from '~/ui/form.ts'
import { humanize, plural } from '~/ui/format.ts'
import { useToast } from '~/ui/toast.tsx'
import { type Chosen, requeue, requeueCountQuery } from '../queries.ts'

type RequeueDialogProps = { work: string; chosen: Chosen; onDone?: () => void; onClose: () => void }

/** What changes when rows are requeued. */
const affected = ['dead-letters', 'work', 'work-row', 'events', 'event']

/** The dialog; mounted while it is open. */
export function RequeueDialog({ work, chosen, onDone, onClose }: RequeueDialogProps) {
  const queryClient = useQueryClient()
  const toast = useToast()
  const count = useQuery(requeueCountQuery(work, chosen))
  const form = useForm({
    initial: {},
    submit: async () => {
      if (count.data === undefined || count.data.matched === 0) return onClose()
      const { requeued } = await requeue(work, chosen, false)
      await Promise.all(affected.map((key) => queryClient.invalidateQueries({ queryKey: [key] })))
      toast(requeued === 0 ? 'None was dead any more' : `${plural(requeued, 'dead letter')} of ${work} requeued`)
      onDone?.()
      onClose()
    },
  })
  const matched = count.data?.matched
  return (
    <FormDialog
      title="Requeue"
      onClose={onClose}
      form={{ ...form, busy: form.busy || count.isPending, failure: form.failure ?? count.error }}
      submitLabel={matched === 0 ? 'Close' : 'Requeue'}
    >
      {matched === undefined ? (
        count.error ? null : (
          <Skeleton height={24} aria-label="Counting" role="status" />
        )
      ) : (
        <Text aria-live="polite">{question(matched, work, chosen)}</Text>
      )}
      <Text size="sm" c="dimmed">
        They start again with all attempts, as if they had just come in. What still cannot succeed comes back here. Who
        asked for it is kept in the audit log.
      </Text>
    </FormDialog>
  )
}

function question(matched: number, work: string, chosen: Chosen): string {
  if (matched === 0) return 'None of them is dead any more; there is nothing to requeue.'
  const kind = chosen.filter?.error_class
  const which = kind ? ` of class ${humanize(kind)}` : chosen.all ? ', all of them,' : ''
  return `${plural(matched, 'dead letter')} of ${work}${which} will be tried again.`
}
