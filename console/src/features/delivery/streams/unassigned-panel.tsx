/** Repositories with facts that no stream owns, each one click away from a stream of its own. */
import { Button, Group, Stack, Text } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { streamReply } from '#modules/delivery/facts/schemas.ts'
import { call } from '~/api/client.ts'
import { Panel } from '~/ui/panel.tsx'
import { useToast } from '~/ui/toast.tsx'
import { toStreamId } from './sources.ts'

type UnassignedPanelProps = {
  repositories: readonly string[]
  /** Called when one click was not enough, for example because the id is taken. */
  onFail: (repository: string) => void
}

/** The list; nothing when all are assigned. */
export function UnassignedPanel({ repositories, onFail }: UnassignedPanelProps) {
  const queryClient = useQueryClient()
  const toast = useToast()
  const make = useMutation({
    mutationFn: (repository: string) => {
      const name = repository.split('/').at(-1) ?? repository
      const sources = [{ kind: 'repository', value: repository }]
      return call(streamReply, '/streams', {
        method: 'POST',
        body: { id: toStreamId(name), kind: 'delivery', name, sources },
      })
    },
    onSuccess: async ({ name }) => {
      toast(`The stream ${name} is made`)
      await queryClient.invalidateQueries()
    },
    onError: (_, repository) => onFail(repository),
  })
  if (repositories.length === 0) return null
  return (
    <Panel title="In no stream yet" note={'They have facts, but count only in “All streams”'}>
      <Stack gap="xs">
        {repositories.map((repository) => (
          <Group key={repository} justify="space-between" gap="xs">
            <Text ff="monospace" size="sm">
              {repository}
            </Text>
            <Button
              variant="default"
              size="xs"
              loading={make.isPending && make.variables === repository}
              onClick={() => make.mutate(repository)}
              aria-label={`Make a stream of ${repository}`}
            >
              Make a stream
            </Button>
          </Group>
        ))}
      </Stack>
    </Panel>
  )
}
