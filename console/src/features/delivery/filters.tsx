/** The row of filters above every delivery list and plot. */
import { Group } from '@mantine/core'
import type { ReactNode } from 'react'
import { ScopeFilter } from './scope-filter.tsx'
import type { WindowSearch } from './search.ts'
import { WindowFilter } from './window-filter.tsx'

type FiltersProps = { value: WindowSearch; onChange: (change: WindowSearch) => void; children?: ReactNode }

/** Stream and window, and what the page adds. */
export const Filters = ({ value, onChange, children }: FiltersProps) => (
  <Group align="flex-end" gap="md" role="search" aria-label="Filters">
    <ScopeFilter value={value} onChange={onChange} />
    <WindowFilter value={value} onChange={onChange} />
    {children}
  </Group>
)
