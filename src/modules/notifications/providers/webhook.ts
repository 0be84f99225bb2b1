/** Any other system: JSON signed as Standard Webhooks does, with `webhook-id` the same at every attempt. */
import { now } from '#kernel/clock/index.ts'
import { hmacSha256 } from '#kernel/crypto/index.ts'
import { Problem } from '#kernel/errors/index.ts'
import { type Message, titleOf } from '../message.ts'
import { notTaken } from '../problems.ts'
import { type Outward, post } from './outward.ts'
import { answered, type Opened, type Provider, refusal, refuseUnready, shorten } from './provider.ts'

export const secretPrefix = 'whsec_'

/** `type` is `alert.raised`, `alert.escalated`, `alert.reminder` or `alert.resolved`. */
export function payloadOf(message: Message): string {
  const { change, alert, url, runbookUrl, writtenAt } = message
  return JSON.stringify({
    type: `alert.${change}`,
    timestamp: writtenAt.toISOString(),
    data: {
      alert_id: alert.id,
      title: titleOf(message),
      condition: alert.condition,
      subject: alert.subject,
      severity: alert.severity,
      detail: alert.detail,
      value: alert.value,
      threshold: alert.threshold,
      raised_at: alert.raisedAt.toISOString(),
      resolved_at: alert.resolvedAt?.toISOString() ?? null,
      url,
      runbook_url: runbookUrl,
    },
  })
}

/** `seconds` is when this attempt is made: receivers refuse what is old. */
export function signatureHeaders(secret: string, id: string, seconds: number, body: string): Record<string, string> {
  const key = Buffer.from(secret.slice(secretPrefix.length), 'base64')
  const signature = hmacSha256(key, `${id}.${seconds}.${body}`).toString('base64')
  return { 'webhook-id': id, 'webhook-timestamp': String(seconds), 'webhook-signature': `v1,${signature}` }
}

export function webhook(outward: Outward): Provider {
  async function send({ tenantId, secret }: Opened, message: Message) {
    const body = payloadOf(message)
    const headers = signatureHeaders(secret.secret!, message.key, Math.floor(now().getTime() / 1000), body)
    const answer = await post(outward, tenantId, { url: secret.url!, headers, body })
    refuseUnready('The webhook', answer)
    const { status, text } = answer
    if (status >= 200 && status < 300) return shorten(`${status} ${text}`)
    // Gone is for good; anything else may be a deployment in progress.
    throw status === 410
      ? refusal(answered('The webhook', status, text))
      : new Problem(notTaken, answered('The webhook', status, text))
  }
  return {
    send,
    async test(channel, message, done) {
      done({ what: 'POST', answer: await send(channel, message) })
    },
  }
}
