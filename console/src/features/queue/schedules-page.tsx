/** What runs by the clock: when next, how it went last, and a button to run it now. */
import { Button, Stack, Text } from '@mantine/core'
import { IconCalendarOff, IconPlayerPlay } from '@tabler/icons-react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { runReply } from '#modules/operations/schemas.ts'
import { call } from '~/api/client.ts'
import { type Column, DataTable } from '~/ui/data-table.tsx'
import { FormFailure } from '~/ui/form-failure.tsx'
import { Loaded } from '~/ui/loaded.tsx'
import { Page } from '~/ui/page.tsx'
import { TableSkeleton } from '~/ui/skeletons.tsx'
import { EmptyState } from '~/ui/states.tsx'
import { Tag } from '~/ui/tag.tsx'
import { Moment } from '~/ui/time.tsx'
import { useToast } from '~/ui/toast.tsx'
import { hasFailed, type Schedule, schedulesQuery } from './queries.ts'

const milliseconds = (ms: number | null) =>
  ms === null ? '' : ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`

const fixedColumns: Column<Schedule>[] = [
  {
    id: 'name',
    header: 'Schedule',
    sortBy: ({ name }) => name,
    cell: ({ name, summary }) => (
      <Stack gap={2} miw={200}>
        <Text inherit fw={500}>
          {name}
        </Text>
        <Text size="sm" c="dimmed">
          {summary}
        </Text>
      </Stack>
    ),
  },
  {
    id: 'cron',
    header: 'When',
    phone: false,
    cell: ({ cron }) => (
      <Text span ff="monospace" fz="sm" style={{ whiteSpace: 'nowrap' }}>
        {cron}
      </Text>
    ),
  },
  {
    id: 'next',
    header: 'Next',
    sortBy: (row) => row.next_run_at,
    cell: ({ next_run_at: at }) => <Moment value={at} />,
  },
  {
    id: 'last',
    header: 'Last',
    cell: ({ last_started_at: at, last_duration_ms: ms }) => (
      <>
        <Moment value={at} />{' '}
        <Text span size="sm" c="dimmed" style={{ whiteSpace: 'nowrap' }}>
          {milliseconds(ms)}
        </Text>
      </>
    ),
  },
  { id: 'outcome', header: 'Outcome', cell: (schedule) => <Outcome schedule={schedule} /> },
]

function Outcome({ schedule }: { schedule: Schedule }) {
  const { running, last_outcome: outcome } = schedule
  if (running) return <Tag tone="info">running</Tag>
  if (outcome === null) return <Tag>never ran</Tag>
  if (hasFailed(schedule)) return <Tag tone="bad">{outcome}</Tag>
  return <Text size="sm">{outcome}</Text>
}

/** `/schedules`. */
export function SchedulesPage() {
  const query = useQuery(schedulesQuery)
  const queryClient = useQueryClient()
  const toast = useToast()
  const run = useMutation({
    mutationFn: (name: string) => call(runReply, `/schedules/${encodeURIComponent(name)}/run`, { method: 'POST' }),
    onSuccess: async ({ outcome }, name) => {
      toast(`${name}: ${outcome}`)
      await queryClient.invalidateQueries({ queryKey: schedulesQuery.queryKey })
    },
  })
  const columns: Column<Schedule>[] = [
    ...fixedColumns,
    {
      id: 'run',
      header: 'Run',
      align: 'right',
      cell: ({ name, running }) => (
        <Button
          variant="default"
          size="xs"
          leftSection={<IconPlayerPlay size={14} />}
          disabled={running}
          loading={run.isPending && run.variables === name}
          onClick={() => run.mutate(name)}
          aria-label={`Run now: ${name}`}
        >
          Run now
        </Button>
      ),
    },
  ]
  return (
    <Page title="Schedules" lead="Work that comes due by the clock. One run at a time, on one worker.">
      <FormFailure error={run.error} />
      <Loaded query={query} skeleton={<TableSkeleton rows={5} />}>
        {({ schedules }) =>
          schedules.length === 0 ? (
            <EmptyState icon={IconCalendarOff} title="No schedule is registered">
              The worker registers them when it starts.
            </EmptyState>
          ) : (
            <DataTable
              caption="Schedules"
              columns={columns}
              rows={schedules}
              rowKey={({ name }) => name}
              minWidth={720}
            />
          )
        }
      </Loaded>
    </Page>
  )
}
