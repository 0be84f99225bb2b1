/** Anomalies: what the nightly look at the audit trail found unusual, until somebody says what it was. */
import { Button, SegmentedControl, Stack, Text } from '@mantine/core'
import { IconZoomCheck } from '@tabler/icons-react'
import { useInfiniteQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { useState } from 'react'
import { anomalyStates } from '#modules/audit/schemas.ts'
import { useMay } from '~/app/session.tsx'
import { SeverityTag } from '~/features/operations/severity-tag.tsx'
import { type Column, DataTable } from '~/ui/data-table.tsx'
import { Field } from '~/ui/field.tsx'
import { capitalize, formatCount, humanize } from '~/ui/format.ts'
import { TextLink } from '~/ui/link.tsx'
import { LoadMore } from '~/ui/load-more.tsx'
import { Loaded } from '~/ui/loaded.tsx'
import { Page } from '~/ui/page.tsx'
import { Panel } from '~/ui/panel.tsx'
import { TableSkeleton } from '~/ui/skeletons.tsx'
import { EmptyState } from '~/ui/states.tsx'
import { Day, Moment } from '~/ui/time.tsx'
import { AcknowledgeAnomaly } from './acknowledge-anomaly.tsx'
import { type Anomaly, anomaliesQuery } from './queries.ts'

const route = getRouteApi('/audit/anomalies')

/** `/audit/anomalies`. */
export function AnomaliesPage() {
  const { state = 'open' } = route.useSearch()
  const navigate = route.useNavigate()
  const query = useInfiniteQuery(anomaliesQuery({ state }))
  const mayWrite = useMay('audit:acknowledge')
  const [open, setOpen] = useState<Anomaly | null>(null)
  return (
    <Page
      title="Anomalies"
      lead="Each night the audit trail of the day before is compared with the thirty days before it."
    >
      <Field label="State">
        <SegmentedControl
          aria-label="State"
          w="max-content"
          data={anomalyStates.map((value) => ({ value, label: capitalize(value) }))}
          value={state}
          onChange={(value) =>
            void navigate({ search: { state: value === 'open' ? undefined : (value as typeof state) } })
          }
        />
      </Field>
      <Loaded query={query} skeleton={<TableSkeleton rows={5} />}>
        {({ pages }) => {
          const anomalies = pages.flatMap((page) => page.anomalies)
          const rules = pages[0]?.rules ?? []
          return (
            <Stack gap="md">
              {anomalies.length === 0 ? (
                <EmptyState icon={IconZoomCheck} title={state === 'open' ? 'Nothing unusual' : 'None is like that'}>
                  {state === 'open' ? 'Whatever stands out appears here the morning after.' : 'Look at another state.'}
                </EmptyState>
              ) : (
                <div>
                  <DataTable
                    caption="Anomalies"
                    columns={mayWrite ? [...columns, acknowledge(setOpen)] : columns}
                    rows={anomalies}
                    rowKey={({ id }) => id}
                    minWidth={320}
                  />
                  <LoadMore shown={anomalies.length} noun="anomalies" query={query} />
                </div>
              )}
              <Panel title="What is looked for">
                <DataTable
                  bare
                  caption="Rules"
                  columns={ruleColumns}
                  rows={rules}
                  rowKey={({ name }) => name}
                  minWidth={260}
                />
              </Panel>
            </Stack>
          )
        }}
      </Loaded>
      {open ? <AcknowledgeAnomaly anomaly={open} onClose={() => setOpen(null)} /> : null}
    </Page>
  )
}

const columns: Column<Anomaly>[] = [
  {
    id: 'what',
    header: 'What stands out',
    cell: ({ rule, detail, subject, note, acknowledged_by: by, acknowledged_at: at }) => (
      <Stack gap={2}>
        <TextLink to="/audit" search={{ q: subject }} fw={500} title="The events it rests on">
          {capitalize(humanize(rule))}: {subject}
        </TextLink>
        <Text size="sm" c="dimmed" maw={560}>
          {detail}
        </Text>
        {at ? (
          <Text size="sm" maw={560}>
            {by ?? 'Somebody'}, <Moment value={at} />: {note}
          </Text>
        ) : null}
      </Stack>
    ),
  },
  { id: 'severity', header: 'Severity', phone: false, cell: ({ severity }) => <SeverityTag severity={severity} /> },
  { id: 'count', header: 'Times', align: 'right', phone: false, cell: ({ count }) => formatCount(count) },
  { id: 'day', header: 'Day', phone: false, cell: ({ day }) => <Day value={day} /> },
]

const acknowledge = (onOpen: (anomaly: Anomaly) => void): Column<Anomaly> => ({
  id: 'act',
  header: 'Action',
  align: 'right',
  cell: (anomaly) =>
    anomaly.acknowledged_at ? null : (
      <Button
        variant="default"
        size="xs"
        onClick={() => onOpen(anomaly)}
        aria-label={`Acknowledge ${humanize(anomaly.rule)} ${anomaly.subject}`}
      >
        Acknowledge
      </Button>
    ),
})

type Rule = { name: string; severity: Anomaly['severity']; summary: string }
const ruleColumns: Column<Rule>[] = [
  { id: 'summary', header: 'Rule', cell: ({ summary }) => summary },
  { id: 'severity', header: 'Severity', align: 'right', cell: ({ severity }) => <SeverityTag severity={severity} /> },
]
