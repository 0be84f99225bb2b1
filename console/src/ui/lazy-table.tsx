/** The table, loaded when first shown: for pages where it stands behind plots. */
import { Skeleton } from '@mantine/core'
import { type ComponentProps, lazy, Suspense } from 'react'
import type { DataTable } from './data-table.tsx'

const Loaded = lazy(() => import('./data-table.tsx').then((module) => ({ default: module.DataTable })))

/** `DataTable` in a chunk of its own. */
export const LazyDataTable: typeof DataTable = (props) => (
  <Suspense fallback={<Skeleton height={props.rows.length * 40 + 40} />}>
    {/* lazy() cannot keep the row's type */}
    <Loaded {...(props as ComponentProps<typeof Loaded>)} />
  </Suspense>
)
