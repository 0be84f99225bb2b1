/** What went wrong with a deployment, how sure we are, and by what evidence. */
import { Group, Stack, Text } from '@mantine/core'
import type { z } from 'zod'
import type { deploymentReply } from '#modules/delivery/facts/schemas.ts'
import { capitalize, humanize } from '~/ui/format.ts'
import { Panel } from '~/ui/panel.tsx'
import { Tag } from '~/ui/tag.tsx'
import { Moment } from '~/ui/time.tsx'
import { EvidenceButton } from '../evidence.tsx'

type Failure = z.output<typeof deploymentReply>['failures'][number]

/** The panel of failures; says so when there is none. */
export const Failures = ({ failures }: { failures: readonly Failure[] }) => (
  <Panel title="Failures" note="What links this deployment to an incident, a rollback or a fix">
    {failures.length === 0 ? (
      <Text c="dimmed">None known.</Text>
    ) : (
      <Stack gap="md">
        {failures.map((failure) => (
          <Stack key={`${failure.cause}:${failure.cause_key}`} gap={4}>
            <Group gap="xs">
              <Text fw={600}>
                {capitalize(humanize(failure.cause))} {failure.cause_key}
              </Text>
              {failure.recovered_at ? <Tag tone="good">recovered</Tag> : <Tag tone="bad">not recovered</Tag>}
            </Group>
            <Group gap="xs" fz="sm" c="dimmed">
              {failure.recovered_at ? (
                <span>
                  Recovered <Moment value={failure.recovered_at} />
                </span>
              ) : null}
              <EvidenceButton method={failure.method} confidence={failure.confidence} evidence={failure.evidence} />
            </Group>
          </Stack>
        ))}
      </Stack>
    )}
  </Panel>
)
