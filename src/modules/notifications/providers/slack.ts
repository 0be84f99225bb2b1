/** Slack: by a bot's token, whose API says who it is, or by the address of an incoming webhook. */
import { z } from 'zod'
import { Problem } from '#kernel/errors/index.ts'
import { type Message, titleOf } from '../message.ts'
import { notTaken } from '../problems.ts'
import { type Outward, post } from './outward.ts'
import { AskedToWait, answered, type Opened, type Provider, refusal, refuseUnready, shorten } from './provider.ts'

/** Slack's markup is text with `&`, `<` and `>`: what comes from elsewhere may neither mention people nor lead astray. */
export const escapeText = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')

const longestDetail = 2500

/** The same blocks for both kinds. Plain text has no markup; the links are ours. */
export function blocksOf(message: Message): object {
  const title = titleOf(message)
  const { alert, url, runbookUrl, key } = message
  const plain = (text: string) => ({ type: 'plain_text', text, emoji: false })
  return {
    text: escapeText(title),
    blocks: [
      { type: 'section', text: plain(title) },
      { type: 'section', text: plain(alert.detail.slice(0, longestDetail) || '—') },
      {
        type: 'context',
        elements: [
          { type: 'mrkdwn', text: `<${escapeText(url)}|The alert> · <${escapeText(runbookUrl)}|What to do>` },
          plain(`daytwo ${key}`),
        ],
      },
    ],
    unfurl_links: false,
    unfurl_media: false,
  }
}

/** Errors that stay whatever is tried again; all others may pass. */
const lasting = new Set([
  'access_denied',
  'account_inactive',
  'channel_is_archived',
  'channel_not_found',
  'ekm_access_denied',
  'invalid_arguments',
  'invalid_auth',
  'invalid_blocks',
  'is_archived',
  'missing_scope',
  'no_permission',
  'not_allowed_token_type',
  'not_authed',
  'not_in_channel',
  'org_login_required',
  'restricted_action',
  'restricted_action_read_only_channel',
  'team_access_not_granted',
  'team_not_found',
  'token_expired',
  'token_revoked',
])

const reply = z.object({
  ok: z.boolean(),
  error: z.string().max(200).optional(),
  needed: z.string().max(200).optional(),
  team: z.string().max(200).optional(),
  user: z.string().max(200).optional(),
  channel: z.string().max(100).optional(),
  ts: z.string().max(100).optional(),
})

/** `apiUrl` ends without a slash, for example `https://slack.com/api`. */
export function slackBot(outward: Outward, apiUrl: string): Provider {
  async function ask({ tenantId, secret }: Opened, method: string, body: object) {
    const headers = { authorization: `Bearer ${secret.token}` }
    const answer = await post(outward, tenantId, { url: `${apiUrl}/${method}`, headers, body: JSON.stringify(body) })
    refuseUnready('Slack', answer)
    const parsed = reply.safeParse(parseJson(answer.text))
    if (!parsed.success) throw new Problem(notTaken, answered('Slack', answer.status, answer.text))
    const { ok, error = 'no reason given', needed } = parsed.data
    if (ok) return parsed.data
    if (error === 'ratelimited' || error === 'rate_limited') throw new AskedToWait(answer.retryAfterSeconds ?? 60)
    const detail = `Slack refused ${method}: ${error}${needed ? `, needed: ${needed}` : ''}`
    throw lasting.has(error) ? refusal(detail) : new Problem(notTaken, shorten(detail))
  }
  async function send(channel: Opened, message: Message) {
    const posted = await ask(channel, 'chat.postMessage', {
      channel: channel.target,
      ...blocksOf(message),
      metadata: { event_type: 'daytwo_alert', event_payload: { key: message.key, alert_id: message.alert.id } },
    })
    return shorten(`ok, message ${posted.ts ?? '?'} in ${posted.channel ?? channel.target}`)
  }
  return {
    send,
    async test(channel, message, done) {
      const { team = '?', user = '?' } = await ask(channel, 'auth.test', {})
      done({ what: 'auth.test', answer: shorten(`team ${team}, user ${user}`) })
      done({ what: 'chat.postMessage', answer: await send(channel, message) })
    },
  }
}

/** An address that Slack gave: it answers in plain words. */
export function slackWebhook(outward: Outward): Provider {
  async function send({ tenantId, secret }: Opened, message: Message) {
    const body = JSON.stringify(blocksOf(message))
    const answer = await post(outward, tenantId, { url: secret.url!, headers: {}, body })
    refuseUnready('Slack', answer)
    const { status, text } = answer
    if (status >= 200 && status < 300) return shorten(`${status} ${text}`)
    throw [400, 403, 404, 410].includes(status)
      ? refusal(answered('Slack', status, text))
      : new Problem(notTaken, answered('Slack', status, text))
  }
  return {
    send,
    async test(channel, message, done) {
      done({ what: 'incoming webhook', answer: await send(channel, message) })
    },
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
