/** The figures at a glance. */
import { SimpleGrid } from '@mantine/core'
import type { PulseReply } from '#modules/delivery/pulse/schemas.ts'
import { formatDay, formatRatio, plural } from '~/ui/format.ts'
import { Tile } from '~/ui/tile.tsx'
import { tileColumns } from './layout.ts'
import { formatScore } from './words.ts'

/** Score, favourable share, response rate, and what is open now. */
export function PulseTiles({ reply }: { reply: PulseReply }) {
  const none = `Fewer than ${reply.least_answers} answers are not shown`
  const [open] = reply.open
  const answers = reply.open.reduce((sum, period) => sum + period.answers, 0)
  const team = reply.open.reduce((sum, period) => sum + period.team_size, 0)
  return (
    <SimpleGrid cols={tileColumns}>
      <Tile
        label="Score, 1 to 5"
        value={formatScore(reply.score)}
        note={reply.score === null ? none : `of ${plural(reply.n, 'answer')}`}
      />
      <Tile
        label="Favourable, 4 or 5"
        value={formatRatio(reply.favourable)}
        note={reply.favourable === null ? none : 'of all scores'}
      />
      <Tile
        label="Response rate"
        value={formatRatio(reply.response_rate)}
        note={
          reply.periods_ended === 0
            ? 'No period ended in this window'
            : `${reply.answers} of ${reply.team_size} in ${plural(reply.periods_ended, 'period')}`
        }
      />
      <Tile
        label="Open now"
        value={open ? `${answers} of ${team}` : '–'}
        note={
          open
            ? `answered, ${reply.open.length === 1 ? 'until' : 'first until'} ${formatDay(open.ends_on)}`
            : 'No period is open'
        }
      />
    </SimpleGrid>
  )
}
