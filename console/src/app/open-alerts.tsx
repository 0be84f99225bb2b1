/** How many alerts are open, beside their entry in the navigation; nothing when there is none. */
import { VisuallyHidden } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { openAlertsQuery } from '~/features/operations/queries.ts'
import { Tag } from '~/ui/tag.tsx'
import { useMay } from './session.tsx'

const everyMs = 30_000

/** The count, renewed twice a minute; not asked for by who may not see alerts. */
export function OpenAlerts() {
  const may = useMay('admin:read')
  const { data } = useQuery({ ...openAlertsQuery(everyMs), enabled: may })
  const count = data?.alerts.length ?? 0
  if (count === 0) return null
  const urgent = data?.alerts.some(({ severity }) => severity === 'CRITICAL' || severity === 'HIGH')
  return (
    <Tag tone={urgent ? 'bad' : 'warning'}>
      {data?.next_cursor ? `${count}+` : count}
      <VisuallyHidden> open</VisuallyHidden>
    </Tag>
  )
}
