/** Signed webhooks as GitHub and Jira send them. */
import type { InjectOptions } from 'fastify'
import { randomId } from '#kernel/clock/index.ts'
import { hmacSha256 } from '#kernel/crypto/index.ts'
import { githubSecret, jiraSecret } from './app.ts'

export const sign = (secret: string, body: string | Buffer): string =>
  `sha256=${hmacSha256(secret, body).toString('hex')}`

export function githubWebhook(
  event: string,
  payload: unknown,
  { secret = githubSecret, delivery = randomId(), connection = '' } = {},
): InjectOptions {
  const body = typeof payload === 'string' ? payload : JSON.stringify(payload)
  return {
    method: 'POST',
    url: `/api/v1/webhooks/github${connection && `/${connection}`}`,
    headers: {
      'content-type': 'application/json',
      'x-hub-signature-256': sign(secret, body),
      'x-github-event': event,
      'x-github-delivery': delivery,
    },
    payload: body,
  }
}

export function jiraWebhook(
  payload: unknown,
  { secret = jiraSecret, delivery = randomId(), connection = '' } = {},
): InjectOptions {
  const body = typeof payload === 'string' ? payload : JSON.stringify(payload)
  return {
    method: 'POST',
    url: `/api/v1/webhooks/jira${connection && `/${connection}`}`,
    headers: {
      'content-type': 'application/json',
      'x-hub-signature': sign(secret, body),
      'x-atlassian-webhook-identifier': delivery,
    },
    payload: body,
  }
}

/** An event of a generic source, signed as Standard Webhooks does. */
export function eventWebhook(
  source: string,
  payload: unknown,
  { secret, id = randomId(), seconds = Math.floor(Date.now() / 1000), connection = '' }: EventOptions,
): InjectOptions {
  const body = typeof payload === 'string' ? payload : JSON.stringify(payload)
  return {
    method: 'POST',
    url: `/api/v1/webhooks/events/${source}${connection && `/${connection}`}`,
    headers: {
      'content-type': 'application/json',
      'webhook-id': id,
      'webhook-timestamp': String(seconds),
      'webhook-signature': signEvent(secret, id, seconds, body),
    },
    payload: body,
  }
}
type EventOptions = { secret: string; id?: string; seconds?: number; connection?: string }

export const signEvent = (secret: string, id: string, seconds: number | string, body: string): string => {
  const key = Buffer.from(secret.replace('whsec_', ''), 'base64')
  return `v1,${hmacSha256(key, `${id}.${seconds}.${body}`).toString('base64')}`
}
