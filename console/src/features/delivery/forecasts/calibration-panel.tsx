/** Did forecasts of this stream hold as often as they said? */
import { Text } from '@mantine/core'
import type { Calibration, ForecastReply } from '#modules/delivery/forecast/schemas.ts'
import type { Column } from '~/ui/data-table.tsx'
import { formatCount, formatDay, formatRatio, shortNumber } from '~/ui/format.ts'
import { LazyDataTable } from '~/ui/lazy-table.tsx'
import { Panel } from '~/ui/panel.tsx'
import { Tag } from '~/ui/tag.tsx'
import { confidences } from './figures.tsx'
import { questionOf } from './words.ts'

const lossOf = ({ loss, unit }: Calibration) => (loss.p85 === null ? '–' : `${shortNumber(loss.p85)} ${unit}`)

const columns: Column<Calibration>[] = [
  { id: 'question', header: 'Question', cell: questionOf },
  ...confidences.map(
    (of): Column<Calibration> => ({
      id: of,
      header: `Within ${of.toUpperCase()}`,
      align: 'right',
      phone: of === 'p85',
      cell: ({ held }) => formatRatio(held[of]),
    }),
  ),
  { id: 'loss', header: 'Pinball loss at P85', align: 'right', phone: false, cell: lossOf },
  { id: 'n', header: 'Outcomes', align: 'right', cell: ({ n }) => formatCount(n) },
  { id: 'late', header: 'Late', align: 'right', phone: false, cell: ({ late }) => formatCount(late) },
  { id: 'void', header: 'Void', align: 'right', phone: false, cell: ({ void: others }) => formatCount(others) },
  { id: 'state', header: 'State', phone: false, cell: ({ state }) => stateOf(state) },
]

function stateOf(state: Calibration['state']) {
  if (state === 'ok') return <Tag tone="good">enough outcomes</Tag>
  return <Tag>{state === 'low_confidence' ? 'few outcomes' : 'not enough outcomes yet'}</Tag>
}

/** A row a question; near 50, 85 and 95 % is good, above is cautious, below is rash. */
export function CalibrationPanel({ reply }: { reply: ForecastReply }) {
  const { from, questions } = reply.calibration
  return (
    <Panel
      title="Calibration"
      note={`How often stored forecasts held, since ${formatDay(from, true)}. Well calibrated is near 50, 85 and 95 %; more is cautious, less is rash. Void are those made of other sources than the stream has: they are not judged.`}
    >
      {questions.length === 0 ? (
        <Text c="dimmed">
          Not enough outcomes yet: forecasts are stored each night and judged when their day has passed.
        </Text>
      ) : (
        <LazyDataTable
          bare
          minWidth={340}
          caption="Calibration"
          columns={columns}
          rows={questions}
          rowKey={(row) => `${row.kind} ${row.horizon_days}`}
        />
      )}
    </Panel>
  )
}
