/** The question: how many items, and by which day. */
import { Button, Group, NumberInput, Paper, TextInput } from '@mantine/core'
import { limits } from '#modules/delivery/forecast/schemas.ts'
import { useForm } from '~/ui/form.ts'
import { formatCount } from '~/ui/format.ts'
import { useTimeZone } from '~/ui/time.tsx'
import type { ForecastsSearch } from '../search.ts'
import { addDays, todayIn } from '../window.ts'

type QuestionProps = {
  value: ForecastsSearch
  onAsk: (question: Pick<ForecastsSearch, 'items' | 'by'>) => void
  /** Items that are open: what is asked about where no number is given. */
  open: number | undefined
}

/** Both questions are asked at once; what is left empty has its default. */
export function Question({ value, onAsk, open }: QuestionProps) {
  const today = todayIn(useTimeZone())
  const { text, set, values, onSubmit } = useForm({
    initial: { items: value.items ?? '', by: value.by ?? '' },
    submit: async ({ items, by }) => onAsk({ items: items || undefined, by: by || undefined }),
  })
  return (
    <Paper p="md" component="form" onSubmit={onSubmit} aria-label="Question">
      <Group align="flex-end" gap="md">
        <NumberInput
          label="When will so many items be finished?"
          placeholder={open === undefined ? 'Those that are open' : `Those that are open: ${formatCount(open)}`}
          w={{ base: '100%', xs: 280 }}
          min={1}
          max={limits.items}
          allowDecimal={false}
          allowNegative={false}
          clampBehavior="strict"
          hideControls
          value={values.items}
          onChange={(items) => set('items', String(items))}
        />
        <TextInput
          type="date"
          label="How many will be finished by this day?"
          w={{ base: '100%', xs: 280 }}
          min={addDays(today, 1)}
          max={addDays(today, limits.daysAhead)}
          {...text('by')}
        />
        <Button type="submit">Forecast</Button>
      </Group>
    </Paper>
  )
}
