/** A change's lead time as one bar: coding, pickup, review, merge to deploy. */
import { Progress, Text, Tooltip } from '@mantine/core'
import { formatDuration } from '~/ui/format.ts'
import { stageNames, stageTitles } from '../overview/stages.ts'
import type { Change } from './change.ts'

/** The bar with a tooltip of the durations; words when the stages are not known. */
export function StageBar({ change }: { change: Change }) {
  const stages = stageNames.map((name) => ({ name, seconds: change[`${name}_seconds`] }))
  const total = stages.reduce((sum, { seconds }) => sum + (seconds ?? 0), 0)
  if (total === 0)
    return (
      <Text size="sm" c="dimmed">
        no pull request known
      </Text>
    )
  const words = stages
    .filter(({ seconds }) => seconds !== null)
    .map(({ name, seconds }) => `${stageTitles[name]} ${formatDuration(seconds)}`)
    .join(' · ')
  return (
    <Tooltip label={words}>
      <Progress.Root size={10} radius="xs" role="img" aria-label={words} tabIndex={0}>
        {stages.map(({ name, seconds }) =>
          seconds ? (
            <Progress.Section
              key={name}
              value={(100 * seconds) / total}
              color={`var(--dt-stage-${name})`}
              withAria={false}
            />
          ) : null,
        )}
      </Progress.Root>
    </Tooltip>
  )
}
