/** A repository as it is chosen, and what became of it. */
import { Checkbox, Group, Stack, Text } from '@mantine/core'
import type { Column } from '~/ui/data-table.tsx'
import { Tag, type Tone } from '~/ui/tag.tsx'
import type { Repository, Result } from './queries.ts'

/** Whether the account can make a webhook there. */
export const mayChoose = ({ administered, archived }: Repository): boolean => administered && !archived

const words: Record<Result['outcome'], { tone: Tone; text: string }> = {
  connected: { tone: 'good', text: 'connected' },
  was_connected: { tone: 'good', text: 'up to date' },
  refused: { tone: 'bad', text: 'refused' },
  not_tried: { tone: 'warning', text: 'not tried yet' },
}

type ColumnsOf = {
  chosen: ReadonlySet<string>
  busy: boolean
  toggle: (name: string) => void
  results: ReadonlyMap<string, Result>
  isConnected: (repository: Repository) => boolean
}

export const repositoryColumns = ({
  chosen,
  busy,
  toggle,
  results,
  isConnected,
}: ColumnsOf): readonly Column<Repository>[] => [
  {
    id: 'repository',
    header: 'Repository',
    cell: (row) => {
      const result = results.get(row.repository)
      return (
        <Stack gap={4}>
          <Checkbox
            checked={chosen.has(row.repository)}
            disabled={!mayChoose(row) || busy}
            onChange={() => toggle(row.repository)}
            label={row.repository}
            description={row.archived ? 'archived' : row.administered ? null : 'you do not administer it'}
            styles={{ label: { overflowWrap: 'anywhere' } }}
          />
          {result?.reason ? (
            <Text size="sm" c="dimmed" pl={32}>
              {result.reason} {result.remedy}
            </Text>
          ) : null}
        </Stack>
      )
    },
  },
  {
    id: 'state',
    header: 'State',
    align: 'right',
    cell: (row) => {
      const result = results.get(row.repository)
      const word = result ? words[result.outcome] : isConnected(row) ? words.connected : null
      return (
        <Group gap={6} justify="flex-end" wrap="nowrap">
          {row.private ? <Tag>private</Tag> : null}
          {word ? <Tag tone={word.tone}>{word.text}</Tag> : null}
        </Group>
      )
    },
  },
]
