/** PagerDuty, Events API v2: one incident an alert (`dedup_key` is its id), opened by the first notification and closed by the last. */
import type { Severity } from '#kernel/alerts/index.ts'
import { Problem } from '#kernel/errors/index.ts'
import { type Message, titleOf } from '../message.ts'
import { notTaken } from '../problems.ts'
import { type Outward, post } from './outward.ts'
import { answered, type Opened, type Provider, refusal, refuseUnready, shorten } from './provider.ts'

const severityOf: Record<Severity, string> = { LOW: 'info', MEDIUM: 'warning', HIGH: 'error', CRITICAL: 'critical' }

/** `source` is what PagerDuty shows as where it comes from: the host of this instance. */
export function eventOf(message: Message, routingKey: string, source: string): object {
  const { alert, key, url, runbookUrl } = message
  const event = { routing_key: routingKey, dedup_key: alert.id }
  if (message.change === 'resolved') return { ...event, event_action: 'resolve' }
  return {
    ...event,
    event_action: 'trigger',
    client: 'daytwo',
    client_url: url,
    links: [
      { href: url, text: 'The alert' },
      { href: runbookUrl, text: 'What to do' },
    ],
    payload: {
      summary: titleOf(message),
      source,
      severity: severityOf[alert.severity],
      timestamp: alert.raisedAt.toISOString(),
      component: alert.subject || undefined,
      class: alert.condition,
      custom_details: { detail: alert.detail, value: alert.value, threshold: alert.threshold, key },
    },
  }
}

/** `eventsUrl` ends without a slash, for example `https://events.pagerduty.com`. */
export function pagerDuty(outward: Outward, eventsUrl: string, source: string): Provider {
  async function send({ tenantId, secret }: Opened, message: Message) {
    const body = JSON.stringify(eventOf(message, secret.routing_key!, source))
    const answer = await post(outward, tenantId, { url: `${eventsUrl}/v2/enqueue`, headers: {}, body })
    refuseUnready('PagerDuty', answer)
    const { status, text } = answer
    if (status === 202 || status === 200) return shorten(`${status} ${text}`)
    throw status >= 400 && status < 500
      ? refusal(answered('PagerDuty', status, text))
      : new Problem(notTaken, answered('PagerDuty', status, text))
  }
  return {
    send,
    /** The incident of the test is closed again at once. */
    async test(channel, message, done) {
      done({ what: 'trigger', answer: await send(channel, message) })
      done({ what: 'resolve', answer: await send(channel, { ...message, change: 'resolved' }) })
    },
  }
}
