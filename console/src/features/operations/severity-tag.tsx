/** How bad an alert is and where it stands, in words and tones. */
import { Group } from '@mantine/core'
import { Tag, type Tone } from '~/ui/tag.tsx'
import type { Alert, Severity } from './queries.ts'

/** Worst first. */
export const severityOrder: readonly Severity[] = ['CRITICAL', 'HIGH', 'MEDIUM', 'LOW']
const severityTones: Record<Severity, Tone> = { CRITICAL: 'bad', HIGH: 'bad', MEDIUM: 'warning', LOW: 'info' }
const stateTones: Record<Alert['state'], Tone> = { raised: 'bad', acknowledged: 'info', resolved: 'good' }

/** `critical`, `high`, `medium` or `low`. */
export const SeverityTag = ({ severity }: { severity: Severity }) => (
  <Tag tone={severityTones[severity]}>{severity.toLowerCase()}</Tag>
)

/** `raised`, `acknowledged` or `resolved`. */
export const AlertStateTag = ({ state }: { state: Alert['state'] }) => <Tag tone={stateTones[state]}>{state}</Tag>

/** Both. */
export const AlertTags = ({ alert }: { alert: Alert }) => (
  <Group gap={6}>
    <SeverityTag severity={alert.severity} />
    <AlertStateTag state={alert.state} />
  </Group>
)
