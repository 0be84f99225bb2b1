/** Which colour is which stage. */
import { ColorSwatch, Group, Text } from '@mantine/core'
import { stageNames, stageTitles } from '../overview/stages.ts'

/** The four stages with their colours, in order. */
export const StageLegend = () => (
  <Group gap="sm">
    {stageNames.map((stage) => (
      <Group key={stage} gap={6}>
        <ColorSwatch size={10} color={`var(--dt-stage-${stage})`} withShadow={false} aria-hidden />
        <Text size="sm" c="dimmed">
          {stageTitles[stage]}
        </Text>
      </Group>
    ))}
  </Group>
)
