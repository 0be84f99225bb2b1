/** The surveys: who is asked how often, and how many have answered this time. */
import { Button, Stack, Text } from '@mantine/core'
import { type Column, DataTable } from '~/ui/data-table.tsx'
import { formatDay, plural } from '~/ui/format.ts'
import { Panel } from '~/ui/panel.tsx'
import { RowMenu } from '~/ui/row-menu.tsx'
import { Tag } from '~/ui/tag.tsx'
import { Day } from '~/ui/time.tsx'
import type { Survey } from './queries.ts'
import { cadenceWords } from './words.ts'

type SurveysPanelProps = {
  surveys: readonly Survey[]
  /** What may be done; undefined for who may only look. */
  actions: { onNew: () => void; onEdit: (survey: Survey) => void; onClose: (survey: Survey) => void } | undefined
}

export const nameOf = ({ stream, stream_name: name }: Survey): string => name ?? stream

/** The list in a panel. */
export const SurveysPanel = ({ surveys, actions }: SurveysPanelProps) => (
  <Panel
    title="Surveys"
    note="Each stream has one open survey at most"
    action={
      actions ? (
        <Button variant="default" size="xs" onClick={actions.onNew}>
          New survey
        </Button>
      ) : null
    }
  >
    {surveys.length === 0 ? (
      <Text c="dimmed">No survey yet.</Text>
    ) : (
      <DataTable
        bare
        caption="Surveys"
        columns={actions ? [...columns, actionsColumn(actions)] : columns}
        rows={surveys}
        rowKey={({ id }) => id}
        minWidth={320}
      />
    )}
  </Panel>
)

const columns: Column<Survey>[] = [
  {
    id: 'stream',
    header: 'Stream',
    cell: (survey) => (
      <Stack gap={2}>
        <Text inherit fw={500}>
          {nameOf(survey)}
        </Text>
        <Text size="sm" c="dimmed">
          {plural(survey.asked, 'person').replace('persons', 'people')}, {cadenceWords[survey.cadence]}
        </Text>
      </Stack>
    ),
  },
  { id: 'state', header: 'State', phone: false, cell: (survey) => <State survey={survey} /> },
  {
    id: 'now',
    header: 'This period',
    cell: ({ period }) =>
      period ? (
        <Stack gap={2}>
          <span>
            {period.answers} of {period.team_size}
          </span>
          <Text size="sm" c="dimmed">
            until {formatDay(period.ends_on)}
          </Text>
        </Stack>
      ) : (
        '–'
      ),
  },
  { id: 'since', header: 'Since', phone: false, cell: ({ starts_on: day }) => <Day value={day} /> },
]

function State({ survey }: { survey: Survey }) {
  if (survey.closed_at) return <Tag>closed</Tag>
  if (survey.stream_name === null) return <Tag tone="warning">no such stream</Tag>
  return survey.period ? <Tag tone="good">open</Tag> : <Tag tone="info">waiting</Tag>
}

const actionsColumn = (actions: NonNullable<SurveysPanelProps['actions']>): Column<Survey> => ({
  id: 'actions',
  header: 'Actions',
  align: 'right',
  cell: (survey) =>
    survey.closed_at ? null : (
      <RowMenu
        of={nameOf(survey)}
        actions={[
          { label: 'Change', onClick: () => actions.onEdit(survey) },
          { label: 'Close', onClick: () => actions.onClose(survey), danger: true },
        ]}
      />
    ),
})
