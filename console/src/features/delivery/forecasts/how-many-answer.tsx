import type { ForecastReply } from '#modules/delivery/forecast/schemas.ts'
import { formatCount, formatDay, plural } from '~/ui/format.ts'
import { Distribution, summed } from './distribution.tsx'
import { Figures, marksOf } from './figures.tsx'
import { howReckoned } from './words.ts'

/** How many items will be finished by a day. */
export function HowManyAnswer({ reply }: { reply: ForecastReply }) {
  const { how_many: many } = reply
  const bars = summed(many?.distribution ?? [], true)
  return (
    <Distribution
      title={many ? `How many will be finished by ${formatDay(many.by, true)}?` : 'How many will be finished?'}
      note={
        many ? `${plural(many.days, 'day')} from ${formatDay(reply.first_day)} on, ${howReckoned(many)}` : undefined
      }
      figures={many ? <Figures value={(of) => formatCount(many.at_least[of])} note={() => 'items or more'} /> : null}
      bars={bars.map((bar) => ({ ...bar, from: String(bar.from), to: String(bar.to) }))}
      sumTitle="So many or more"
      marks={many ? marksOf(bars, (of) => many.at_least[of]) : []}
      format={(count) => formatCount(Number(count))}
      empty={many ? undefined : 'Nothing was finished in these days'}
    />
  )
}
