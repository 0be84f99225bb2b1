/** Says what an anomaly was, for whoever looks next. */
import { Text, Textarea } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { z } from 'zod'
import { call } from '~/api/client.ts'
import { FormDialog } from '~/ui/dialog.tsx'
import { useForm } from '~/ui/form.ts'
import { capitalize, humanize } from '~/ui/format.ts'
import { useToast } from '~/ui/toast.tsx'
import type { Anomaly } from './queries.ts'

/** The dialog; mounted while it is open. */
export function AcknowledgeAnomaly({ anomaly, onClose }: { anomaly: Anomaly; onClose: () => void }) {
  const queryClient = useQueryClient()
  const toast = useToast()
  const title = `${capitalize(humanize(anomaly.rule))}: ${anomaly.subject}`
  const form = useForm({
    initial: { note: '' },
    submit: async ({ note }) => {
      await call(z.unknown(), `/audit/anomalies/${anomaly.id}/acknowledge`, {
        method: 'POST',
        body: { note: note.trim() },
      })
      await Promise.all(['anomalies', 'audit'].map((key) => queryClient.invalidateQueries({ queryKey: [key] })))
      toast('The anomaly is acknowledged')
      onClose()
    },
  })
  return (
    <FormDialog title={title} onClose={onClose} form={form} submitLabel="Acknowledge">
      <Text>{anomaly.detail}</Text>
      <Textarea
        label="What it was"
        required
        autosize
        minRows={2}
        maxLength={1000}
        data-autofocus
        {...form.text('note')}
      />
    </FormDialog>
  )
}
