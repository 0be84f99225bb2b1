/** A channel as its form holds it, and what of it is sent. Pure. */
import { type channelKinds, notificationSeverities } from '#modules/notifications/schemas.ts'
import { capitalize } from '~/ui/format.ts'
import type { Channel } from './queries.ts'

type Kind = (typeof channelKinds)[number]
type FieldName = 'token' | 'channel' | 'url' | 'address' | 'routing_key' | 'secret'
type FieldWords = { name: FieldName; label: string; description: string; secret?: boolean; optional?: boolean }

/** What each kind needs to be told. */
export const fieldsOf: Record<Kind, readonly FieldWords[]> = {
  slack_bot: [
    {
      name: 'token',
      label: 'Bot token',
      description: 'Begins with xoxb-; the app needs the scope chat:write.',
      secret: true,
    },
    {
      name: 'channel',
      label: 'Channel id',
      description: 'At the end of the channel’s details in Slack, for example C024BE91L. Invite the bot there.',
    },
  ],
  slack_webhook: [
    { name: 'url', label: 'Webhook address', description: 'As Slack shows it under Incoming Webhooks.', secret: true },
  ],
  email: [{ name: 'address', label: 'Address', description: 'One mailbox or list, for example oncall@acme.example' }],
  pagerduty: [
    {
      name: 'routing_key',
      label: 'Integration key',
      description: 'Of a service with the integration Events API v2.',
      secret: true,
    },
  ],
  webhook: [
    {
      name: 'url',
      label: 'Address',
      description: 'https; it gets JSON, signed as Standard Webhooks does.',
      secret: true,
    },
    {
      name: 'secret',
      label: 'Signing secret',
      description: 'Leave it empty and one is made, which you see once.',
      secret: true,
      optional: true,
    },
  ],
}

export const severityChoices = notificationSeverities.map((value) => ({
  value,
  label:
    value === 'LOW'
      ? 'Low: all alerts'
      : value === 'CRITICAL'
        ? 'Critical only'
        : `${capitalize(value.toLowerCase())} and worse`,
}))
export const letsThroughChoices = [
  { value: '', label: 'Nothing' },
  ...severityChoices.filter(({ value }) => value !== 'LOW'),
]

const everyDay = ['1', '2', '3', '4', '5', '6', '7']

/** Secrets are never read: a field left empty keeps what is there. */
export const initialOf = (channel?: Channel) => ({
  kind: (channel?.kind ?? 'slack_bot') as string,
  name: channel?.name ?? '',
  token: '',
  channel: channel?.kind === 'slack_bot' ? channel.target : '',
  url: '',
  address: channel?.kind === 'email' ? channel.target : '',
  routing_key: '',
  secret: '',
  minimum_severity: (channel?.minimum_severity ?? 'LOW') as string,
  enabled: channel?.enabled ?? true,
  quiet: (channel?.quiet ?? null) !== null,
  quiet_from: channel?.quiet?.from ?? '22:00',
  quiet_to: channel?.quiet?.to ?? '07:00',
  quiet_days: channel?.quiet?.days.map(String) ?? everyDay,
  quiet_lets_through: (channel ? (channel.quiet?.lets_through ?? '') : 'CRITICAL') as string,
})
export type Values = ReturnType<typeof initialOf>

export function bodyOf(values: Values): Record<string, unknown> {
  const given = fieldsOf[values.kind as Kind].flatMap(({ name }) =>
    values[name].trim() === '' ? [] : [[name, values[name].trim()]],
  )
  return {
    name: values.name,
    minimum_severity: values.minimum_severity,
    enabled: values.enabled,
    quiet: values.quiet
      ? {
          from: values.quiet_from,
          to: values.quiet_to,
          days: values.quiet_days.map(Number),
          lets_through: values.quiet_lets_through === '' ? null : values.quiet_lets_through,
        }
      : null,
    ...Object.fromEntries(given),
  }
}

/** `#/quiet/from` belongs to the field of that time. */
export const fieldOfPointer = (pointer: string): string => {
  const [first = '', second] = pointer.replace(/^#?\/?/, '').split('/')
  return first === 'quiet' && second ? `quiet_${second}` : first
}
