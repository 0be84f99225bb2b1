/** Variables of what goes out: which networks may be reached, and the mail server. */
import { z } from 'zod'
import { parseAllowances } from '#kernel/networks/index.ts'
import { url } from './values.ts'

const allowances = z.string().transform((list, ctx) => {
  try {
    return parseAllowances(list)
  } catch (error) {
    ctx.addIssue({ code: 'custom', message: (error as Error).message })
    return z.NEVER
  }
})

const smtpUrl = z.string().refine((value) => {
  const url = URL.parse(value)
  return url !== null && ['smtp:', 'smtps:'].includes(url.protocol) && url.hostname !== ''
}, 'expected a URL starting with smtp:// or smtps://')

const address = z
  .string()
  .regex(/^([^<>\r\n"]{0,100}<[^\s<>@]+@[^\s<>@]+>|[^\s<>@]+@[^\s<>@]+)$/, 'expected `name@host` or `Name <name@host>`')

const hosts = z.string().transform((list, ctx) => {
  const found = list.split(',').map((host) => host.trim().toLowerCase())
  if (found.every((host) => /^[a-z0-9.-]{1,253}(:\d{1,5})?$/.test(host))) return found
  ctx.addIssue({ code: 'custom', message: 'expected host names, separated by commas' })
  return z.NEVER
})

export const outboundVariables = [
  {
    name: 'DIAL_ALLOW',
    group: 'outbound',
    summary:
      'Comma-separated networks (`10.20.0.0/16`), addresses and host names, each with or without a port (`127.0.0.1:1025`, `jira.internal:443`), that this instance may connect to beside public addresses. Metadata services never.',
    schema: allowances,
  },
  {
    name: 'SMTP_URL',
    group: 'outbound',
    summary:
      'Mail server: `smtps://user:password@host:465`, or `smtp://user:password@host:587`, which must offer STARTTLS unless it is on this machine. One in a private network must stand in `DIAL_ALLOW` too.',
    schema: smtpUrl,
    secret: true,
  },
  {
    name: 'SMTP_HOST',
    group: 'outbound',
    summary: 'Mail server, where `SMTP_URL` is not given.',
    schema: z.string().min(1),
  },
  {
    name: 'SMTP_PORT',
    group: 'outbound',
    summary: 'Its port; by default 587, and 465 with `SMTP_SECURE`.',
    schema: z
      .string()
      .regex(/^\d{1,5}$/, 'expected a port')
      .transform(Number)
      .refine((port) => port >= 1 && port <= 65_535, 'expected a port'),
  },
  { name: 'SMTP_USER', group: 'outbound', summary: 'User name at the mail server.', schema: z.string().min(1) },
  {
    name: 'SMTP_PASSWORD',
    group: 'outbound',
    summary: 'Its password.',
    schema: z.string().min(1),
    secret: true,
  },
  {
    name: 'SMTP_SECURE',
    group: 'outbound',
    summary: 'TLS from the first byte (port 465), in place of STARTTLS.',
    schema: z
      .enum(['1', '0', 'true', 'false'], 'expected 1, 0, true or false')
      .transform((value) => value === '1' || value === 'true'),
    default: 'false',
  },
  {
    name: 'SMTP_FROM',
    group: 'outbound',
    summary:
      'Sender of all mails: `name@host` or `Name <name@host>`; by default `daytwo@` and the host name of `API_BASE_URL`.',
    schema: address,
  },
  {
    name: 'SMTP_CA_FILE',
    group: 'outbound',
    summary: "PEM file of the authority that signed the mail server's certificate, where the system does not know it.",
    schema: z.string().min(1),
  },
  {
    name: 'SLACK_API_URL',
    group: 'outbound',
    summary: "Where Slack's API is; GovSlack has its own.",
    schema: url(['https', 'http']),
    default: 'https://slack.com/api',
  },
  {
    name: 'SLACK_WEBHOOK_HOSTS',
    group: 'outbound',
    summary:
      "Comma-separated hosts whose addresses may be those of a channel `slack_webhook`: Slack's own, and whatever else understands its messages.",
    schema: hosts,
    default: 'hooks.slack.com,hooks.slack-gov.com',
  },
  {
    name: 'PAGERDUTY_EVENTS_URL',
    group: 'outbound',
    summary: 'Where PagerDuty takes events; accounts in the EU have `https://events.eu.pagerduty.com`.',
    schema: url(['https', 'http']),
    default: 'https://events.pagerduty.com',
  },
  {
    name: 'HEARTBEAT_URL',
    group: 'outbound',
    summary:
      "Address of a dead-man's switch outside, asked with GET each minute while daytwo runs and evaluates its alerts. One in a private network must stand in `DIAL_ALLOW` too.",
    schema: url(['https', 'http']),
    secret: true,
  },
] as const
