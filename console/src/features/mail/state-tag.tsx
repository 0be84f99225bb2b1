/** Where a mail stands. */
import { Tag, type Tone } from '~/ui/tag.tsx'
import type { Mail } from './queries.ts'

const tones: Record<Mail['state'], Tone> = { waiting: 'info', sent: 'good', kept: 'plain', failed: 'bad' }

export const MailStateTag = ({ state }: { state: Mail['state'] }) => <Tag tone={tones[state]}>{state}</Tag>
