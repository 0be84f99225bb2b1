/** How a source does, in a word and a tone. */
import { humanize } from '~/ui/format.ts'
import { Tag, type Tone } from '~/ui/tag.tsx'
import type { SourceHealth } from '../queries.ts'

const tones: Record<SourceHealth['status'], Tone> = {
  healthy: 'good',
  stale: 'warning',
  failing: 'bad',
  no_data: 'plain',
}

/** `healthy`, `stale`, `failing` or `no data`. */
export const SourceStatusTag = ({ status }: { status: SourceHealth['status'] }) => (
  <Tag tone={tones[status]}>{humanize(status)}</Tag>
)
