/** A person decides which deployment caused an incident, or that none did; audited, and can be undone. */
import { Button, Select, Text, Textarea } from '@mantine/core'
import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query'
import { z } from 'zod'
import { call } from '~/api/client.ts'
import { FormDialog } from '~/ui/dialog.tsx'
import { useForm } from '~/ui/form.ts'
import { formatMoment, shortSha } from '~/ui/format.ts'
import { useTimeZone } from '~/ui/time.tsx'
import { useToast } from '~/ui/toast.tsx'
import { deploymentsQuery } from '../queries.ts'
import { addDays, todayIn } from '../window.ts'
import type { Incident } from './incident-columns.tsx'

const none = 'none'
const lookBackDays = 14

/** The dialog; mounted while it is open. */
export function OverrideDialog({ incident, onClose }: { incident: Incident; onClose: () => void }) {
  const queryClient = useQueryClient()
  const toast = useToast()
  const options = useDeploymentOptions(incident)
  const path = `/incidents/${incident.id}/attribution`
  const done = async (message: string) => {
    await Promise.all(
      ['incidents', 'deployments', 'deployment', 'dora'].map((key) =>
        queryClient.invalidateQueries({ queryKey: [key] }),
      ),
    )
    toast(message)
    onClose()
  }
  const form = useForm({
    initial: { deployment_id: incident.deployment_id === null ? none : String(incident.deployment_id), reason: '' },
    submit: async ({ deployment_id: id, reason }) => {
      await call(z.unknown(), path, { method: 'PUT', body: { deployment_id: id === none ? null : Number(id), reason } })
      await done(`Your decision about ${incident.key} is kept`)
    },
  })
  const undo = useForm({
    initial: {},
    submit: async () => {
      await call(z.unknown(), path, { method: 'DELETE' })
      await done(`${incident.key} is attributed automatically again`)
    },
  })
  return (
    <FormDialog
      title={`What caused ${incident.key}?`}
      onClose={onClose}
      form={{ ...form, failure: form.failure ?? undo.failure }}
      submitLabel="Keep this decision"
      aside={
        incident.overridden_by ? (
          <Button variant="subtle" loading={undo.busy} onClick={() => void undo.onSubmit()}>
            Undo {incident.overridden_by}'s decision
          </Button>
        ) : null
      }
    >
      <Text>{incident.title}</Text>
      <Select
        label="Deployment"
        description={`Deployments of the ${lookBackDays} days before it started`}
        data={options}
        searchable
        allowDeselect={false}
        value={form.values.deployment_id}
        onChange={(id) => form.set('deployment_id', id ?? none)}
        error={form.error('deployment_id')}
      />
      <Textarea
        label="Reason"
        description="Kept in the audit log with your name"
        autosize
        minRows={2}
        required
        {...form.text('reason')}
      />
    </FormDialog>
  )
}

function useDeploymentOptions(incident: Incident) {
  const timeZone = useTimeZone()
  const to = todayIn(timeZone, new Date(incident.started_at))
  const { data } = useInfiniteQuery(deploymentsQuery({ from: addDays(to, -lookBackDays), to, limit: 200 }))
  const rows = data?.pages.flatMap((page) => page.deployments) ?? []
  const options = rows.map((row) => ({
    value: String(row.id),
    label: `${row.service} ${shortSha(row.sha)}, ${formatMoment(row.finished_at, timeZone)}`,
  }))
  const current = incident.deployment_id
  const missing = current !== null && !rows.some(({ id }) => id === current)
  return [
    { value: none, label: 'No deployment of ours' },
    ...(missing ? [{ value: String(current), label: `Deployment ${current}` }] : []),
    ...options,
  ]
}
