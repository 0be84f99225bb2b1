/** Dead letters by the kind of error; a group is also the filter. */
import { Button, Group } from '@mantine/core'
import { formatCount, humanize } from '~/ui/format.ts'
import type { DeadLetterGroup } from '../queries.ts'

type GroupsProps = {
  groups: readonly DeadLetterGroup[]
  selected: string | undefined
  onSelect: (errorClass: string | undefined) => void
}

/** One button a kind of error, the most frequent first; the chosen one again shows all. */
export function Groups({ groups, selected, onSelect }: GroupsProps) {
  const listed = groups.some(({ error_class: kind }) => kind === selected)
  const shown = selected === undefined || listed ? groups : [...groups, { error_class: selected, count: 0 }]
  return (
    <Group gap="xs" role="group" aria-label="Filter by kind of error">
      {shown.map(({ error_class: kind, count }) => (
        <Button
          key={kind}
          size="xs"
          variant={selected === kind ? 'filled' : 'default'}
          aria-pressed={selected === kind}
          onClick={() => onSelect(selected === kind ? undefined : kind)}
        >
          {humanize(kind)} · {formatCount(count)}
        </Button>
      ))}
    </Group>
  )
}
