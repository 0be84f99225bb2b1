/** Where flow stands, in four figures. */
import { SimpleGrid } from '@mantine/core'
import type { FlowReply } from '#modules/delivery/flow/schemas.ts'
import { formatCount, plural, shortNumber } from '~/ui/format.ts'
import { Tile } from '~/ui/tile.tsx'
import { tileColumns, tileHeight } from './layout.ts'

/** Rests on few items: said, not hidden. */
const few = (state: FlowReply['cycle_time']['state']) => (state === 'low_confidence' ? ', low confidence' : '')

export function FlowTiles({ reply }: { reply: FlowReply }) {
  const { wip, throughput, cycle_time: cycle, sle, aging } = reply
  return (
    <SimpleGrid cols={tileColumns} autoRows={`minmax(${tileHeight}px, auto)`}>
      <Tile
        label="In progress"
        value={formatCount(wip.in_progress)}
        note={`${plural(wip.open - wip.in_progress, 'open item')} not started`}
      />
      <Tile
        label="Finished a week"
        value={throughput.per_week === null ? '–' : shortNumber(throughput.per_week)}
        note={
          throughput.per_week === null
            ? 'Insufficient data: nothing finished in this window'
            : `${plural(throughput.finished, 'item')} in this window${few(throughput.state)}`
        }
      />
      <Tile
        label="Cycle time, median"
        value={cycle.p50 === null ? '–' : plural(cycle.p50, 'day')}
        note={
          sle.days === null
            ? 'Insufficient data: no finished item with a known start'
            : `${sle.percent} % finished within ${plural(sle.days, 'day')}${few(cycle.state)}`
        }
      />
      <Tile
        label="Oldest in progress"
        value={aging.oldest_days === null ? '–' : plural(aging.oldest_days, 'day')}
        note={agingNote(aging, sle.days)}
        tone={(aging.passed.p85 ?? 0) > 0 ? 'warning' : 'plain'}
      />
    </SimpleGrid>
  )
}

function agingNote({ total, passed }: FlowReply['aging'], usual: number | null): string {
  if (total === 0) return 'Nothing is in progress'
  if (passed.p85 === null || usual === null) return 'No history to compare it with'
  return `${formatCount(passed.p85)} of ${formatCount(total)} older than ${plural(usual, 'day')} (p85)`
}
