import { Group } from '@mantine/core'
import type { SprintRow } from '#modules/delivery/sprints/schemas.ts'
import { Tag } from '~/ui/tag.tsx'

type Told = Pick<SprintRow, 'started_at' | 'reconstructed' | 'start_revision' | 'close_revision'>

/** What one should know of a sprint's figures before believing them. */
export function SprintTags({ sprint }: { sprint: Told }) {
  const revision = Math.max(sprint.start_revision ?? 0, sprint.close_revision ?? 0)
  return (
    <Group gap={6} component="span">
      {sprint.started_at === null ? (
        <Tag tone="warning">start not known</Tag>
      ) : sprint.reconstructed ? (
        <Tag tone="warning">reconstructed</Tag>
      ) : null}
      {revision > 1 ? <Tag>{`revision ${revision}`}</Tag> : null}
    </Group>
  )
}
