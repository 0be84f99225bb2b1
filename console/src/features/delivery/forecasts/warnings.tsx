/** Why not to trust the answer too much. */
import { Alert, List } from '@mantine/core'
import { IconAlertTriangle, IconInfoCircle } from '@tabler/icons-react'
import type { ForecastReply } from '#modules/delivery/forecast/schemas.ts'
import { formatRatio, plural } from '~/ui/format.ts'
import { warningsHeight } from './layout.ts'

/** What to say of a reply; nothing where all is well. */
function warningsOf(reply: ForecastReply): string[] {
  const { state, n, finished, arrived, when, when_growing: growing, missing } = reply
  const out: string[] = []
  if (state === 'low_confidence')
    out.push(`Low confidence: only ${plural(finished, 'item')} on ${plural(n, 'day')} to draw from.`)
  if (when && when.capped_share > 0.001)
    out.push(
      `${formatRatio(when.capped_share)} of the outcomes are later than 3650 days ahead, where it stops counting.`,
    )
  if (growing && growing.capped_share > 0.001)
    out.push(
      `${arrived > finished ? 'More came in than was finished. ' : ''}If that goes on, ${formatRatio(growing.capped_share)} of the walks come to no end within 3650 days.`,
    )
  if (missing.finished_on_other_days > 0)
    out.push(`${plural(missing.finished_on_other_days, 'item')} finished on weekends are left out.`)
  return out
}

/** One sentence or a list; the place is kept where there is nothing to warn of. */
export function Warnings({ reply }: { reply: ForecastReply }) {
  const warnings = warningsOf(reply)
  if (warnings.length === 0)
    return (
      <Alert icon={<IconInfoCircle size={18} />} variant="default" mih={warningsHeight}>
        {plural(reply.finished, 'finished item')} on {plural(reply.n, 'day')} to draw from.
      </Alert>
    )
  return (
    <Alert icon={<IconAlertTriangle size={18} />} color="yellow" variant="light" mih={warningsHeight}>
      <List size="sm" spacing={2} listStyleType={warnings.length === 1 ? 'none' : 'disc'} withPadding={false}>
        {warnings.map((warning) => (
          <List.Item key={warning}>{warning}</List.Item>
        ))}
      </List>
    </Alert>
  )
}
