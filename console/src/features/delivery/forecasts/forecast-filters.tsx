/** Of which stream, from how much of the past, and by which days. */
import { Group, SegmentedControl } from '@mantine/core'
import { Field } from '~/ui/field.tsx'
import { ScopeFilter } from '../scope-filter.tsx'
import { type ForecastsSearch, historyDays } from '../search.ts'

type ForecastFiltersProps = { value: ForecastsSearch; onChange: (change: Partial<ForecastsSearch>) => void }

const walks = [
  { value: 'all', label: 'All days' },
  { value: 'working', label: 'Mon – Fri' },
]
const width = { base: '100%', xs: 'auto' }

/** Everything that changes the answer but the question. */
export const ForecastFilters = ({ value, onChange }: ForecastFiltersProps) => (
  <Group align="flex-end" gap="md" role="search" aria-label="Filters">
    <ScopeFilter value={value} onChange={onChange} />
    <Field label="History" w={width}>
      <SegmentedControl
        aria-label="History"
        data={historyDays.map((days) => ({ value: days, label: `${days} d` }))}
        value={value.history ?? '90'}
        onChange={(history) => onChange({ history: history as ForecastsSearch['history'] })}
      />
    </Field>
    <Field label="Days" w={width}>
      <SegmentedControl
        aria-label="Days"
        data={walks}
        value={value.walk ?? 'all'}
        onChange={(walk) => onChange({ walk: walk as ForecastsSearch['walk'] })}
      />
    </Field>
  </Group>
)
