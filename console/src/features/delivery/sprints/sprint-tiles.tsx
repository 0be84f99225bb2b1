/** Where velocity stands, in four figures. */
import { SimpleGrid } from '@mantine/core'
import type { VelocityReply } from '#modules/delivery/sprints/schemas.ts'
import { formatRatio, plural, shortNumber } from '~/ui/format.ts'
import { Tile } from '~/ui/tile.tsx'
import { tileColumns } from './layout.ts'
import { unitOfReply } from './unit.ts'

const few = (state: 'ok' | 'low_confidence' | 'insufficient_data') =>
  state === 'low_confidence' ? ', low confidence' : ''

export function SprintTiles({ reply }: { reply: VelocityReply }) {
  const unit = unitOfReply(reply)
  const velocity = reply.velocity[unit]
  const sayDo = reply.say_do[unit]
  const scope = reply.scope_change[unit]
  const over = (n: number, state: 'ok' | 'low_confidence' | 'insufficient_data') =>
    state === 'insufficient_data'
      ? `Insufficient data: ${plural(n, 'sprint')}`
      : `last ${plural(n, 'sprint')}${few(state)}`
  return (
    <SimpleGrid cols={tileColumns}>
      <Tile
        label={`Velocity, ${unit} a sprint`}
        value={velocity.median === null ? '–' : shortNumber(velocity.median)}
        note={
          velocity.mean === null
            ? over(velocity.n, velocity.state)
            : `median; mean ${shortNumber(velocity.mean)}, ${over(velocity.n, velocity.state)}`
        }
      />
      <Tile
        label="Say-do"
        value={formatRatio(sayDo.value)}
        note={`of what was committed, ${over(sayDo.n, sayDo.state)}`}
      />
      <Tile
        label="Scope change"
        value={scope.added === null ? '–' : `+${formatRatio(scope.added)}`}
        note={
          scope.removed === null
            ? over(scope.n, scope.state)
            : `added; ${formatRatio(scope.removed)} removed, ${over(scope.n, scope.state)}`
        }
      />
      <Tile
        label="Sprints closed"
        value={reply.total}
        note={
          reply.coverage === null
            ? 'None in this window'
            : `${formatRatio(reply.coverage)} with a known start, ${reply.missing.reconstructed} reconstructed`
        }
      />
    </SimpleGrid>
  )
}
