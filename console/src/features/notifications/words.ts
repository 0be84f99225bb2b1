/** How channels and notifications are spoken of. Pure. */
import type { Tone } from '~/ui/tag.tsx'
import type { Channel, Notification } from './queries.ts'

export const kindTitles: Record<Channel['kind'], string> = {
  slack_bot: 'Slack, by a bot',
  slack_webhook: 'Slack, incoming webhook',
  email: 'E-mail',
  pagerduty: 'PagerDuty',
  webhook: 'Signed webhook',
}
export const changeWords: Record<Notification['change'], string> = {
  raised: 'Raised',
  escalated: 'Got worse',
  reminder: 'Still open',
  resolved: 'Resolved',
}
export const stateTones: Record<Notification['state'], Tone> = {
  waiting: 'info',
  sent: 'good',
  skipped: 'plain',
  failed: 'bad',
}

const reasons: Record<string, string> = {
  'quiet-hours': 'until the quiet hours end',
  calm: 'told of it a short while ago',
  order: 'another one is on its way',
  'asked-to-wait': 'the other side asked to wait',
  resolved: 'it ended before',
  reopened: 'it began anew',
  'not-told': 'nobody was told that it began',
  superseded: 'a later one was sent',
  acknowledged: 'somebody looks after it',
  'below-minimum': 'not severe enough for the channel',
  'channel-off': 'the channel is off',
  'channel-removed': 'the channel was removed',
}
/** Reasons of ours in words; what others answered as it is. */
export const reasonOf = (why: string | null): string | null => (why === null ? null : (reasons[why] ?? why))

export const weekdays = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'] as const

/** `22:00–07:00, Mon–Fri`. */
export function quietWords(quiet: Channel['quiet']): string {
  if (!quiet) return 'none'
  const days = quiet.days.toSorted((one, other) => one - other)
  const first = days[0]!
  const last = days.at(-1)!
  const name = (day: number) => weekdays[day - 1]!
  const inARow = last - first + 1 === days.length && days.length > 2
  const when = days.length === 7 ? 'daily' : inARow ? `${name(first)}–${name(last)}` : days.map(name).join(', ')
  const hours = quiet.from === quiet.to ? `all day from ${quiet.from}` : `${quiet.from}–${quiet.to}`
  return `${hours}, ${when}`
}
