import type { ForecastReply } from '#modules/delivery/forecast/schemas.ts'
import { formatCount, formatDay, plural } from '~/ui/format.ts'
import { Distribution, summed } from './distribution.tsx'
import { type Confidence, Figures, marksOf } from './figures.tsx'
import { howReckoned } from './words.ts'

const none = 'Nothing is open, and no number was asked for'

/** When so many items will be finished, beside it if items go on coming in. */
export function WhenAnswer({ reply }: { reply: ForecastReply }) {
  const { when, when_growing: growing } = reply
  const bars = summed(when?.distribution ?? [], false)
  const thisYear = reply.first_day.slice(0, 4)
  const dayOf = (day: string | null) => (day === null ? 'no end' : formatDay(day, day.slice(0, 4) !== thisYear))
  return (
    <Distribution
      title={when ? `When will ${plural(when.items, 'item')} be finished?` : 'When will it be finished?'}
      note={when ? howReckoned(when) : reply.state === 'insufficient_data' ? undefined : 'Ask about a number of items'}
      figures={
        when ? (
          <Figures
            value={(of) => dayOf(when.by[of])}
            note={(of: Confidence) =>
              growing ? `${dayOf(growing.by[of])} if items go on coming in` : `${formatCount(when.days[of] ?? 0)} days`
            }
          />
        ) : null
      }
      bars={bars}
      sumTitle="Up to then"
      marks={when ? marksOf(bars, (of) => when.by[of]) : []}
      format={(day) => formatDay(day)}
      empty={when ? undefined : reply.state === 'insufficient_data' ? 'Nothing was finished in these days' : none}
    />
  )
}
