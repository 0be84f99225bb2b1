/** How each kind of sender signs, names and types its events. */
import { sha256 } from '#kernel/crypto/index.ts'
import type { SenderKind } from './senders.ts'
import { claimedDigest, isSigned } from './signature.ts'
import { type Headers, signedMessage } from './standard-webhooks.ts'

/** What a request's headers claim, before its body is read. */
export type Claim = {
  isSigned(body: Buffer, secrets: readonly string[]): boolean
  /** The sender's id of the event. */
  deliveryId(body: Buffer): string
}

export type Protocol = {
  readonly kind: SenderKind
  readonly contentTypes: readonly string[]
  readonly bodyLimitBytes: number
  /** What a signature must look like, for whoever is refused. */
  readonly signature: string
  readonly deliveryHeader: string
  /** Undefined without a signature of the right shape; may throw what else is wrong with the headers. */
  claim(headers: Headers): Claim | undefined
  typeOf(headers: Headers, body: Buffer): string | undefined
}

/** GitHub sends at most 25 MB. */
const hubLimitBytes = 25 * 1024 * 1024
/** Ours say what happened in a few fields; commits of a push are the most. */
const eventsLimitBytes = 1024 * 1024
const json = ['application/json']

/** Jira names the event in the body; a look at its first bytes is enough for the queue, the processor reads it properly. */
const jiraType = /"webhookEvent"\s*:\s*"([^"\\]{1,80})"/
const jiraPeekBytes = 4096

const single = (header: string | string[] | undefined) => (typeof header === 'string' ? header : undefined)

/** `sha256=<hex HMAC-SHA256 of the raw body>`. A sender that names no delivery is known by what it sent. */
const hub = (signatureHeader: string, deliveryHeader: string) => ({
  bodyLimitBytes: hubLimitBytes,
  signature: `${signatureHeader} must be sha256=<hex HMAC-SHA256 of the raw body>`,
  deliveryHeader,
  claim(headers: Headers): Claim | undefined {
    const digest = claimedDigest(headers[signatureHeader])
    if (!digest) return undefined
    return {
      isSigned: (body, secrets) => isSigned(body, digest, secrets),
      deliveryId: (body) => single(headers[deliveryHeader]) ?? `sha256:${sha256(body).toString('hex')}`,
    }
  },
})

export const github: Protocol = {
  ...hub('x-hub-signature-256', 'x-github-delivery'),
  kind: 'github',
  contentTypes: [...json, 'application/x-www-form-urlencoded'],
  typeOf: (headers) => single(headers['x-github-event']),
}

export const jira: Protocol = {
  ...hub('x-hub-signature', 'x-atlassian-webhook-identifier'),
  kind: 'jira',
  contentTypes: json,
  typeOf: (_, body) =>
    jiraType.exec(body.toString('latin1', 0, jiraPeekBytes))?.[1] ?? jiraType.exec(body.toString('latin1'))?.[1],
}

export const events: Protocol = {
  kind: 'events',
  contentTypes: json,
  bodyLimitBytes: eventsLimitBytes,
  signature: 'webhook-signature must hold v1,<base64 HMAC-SHA256 of webhook-id.webhook-timestamp.body>',
  deliveryHeader: 'webhook-id',
  claim(headers) {
    const message = signedMessage(headers)
    return message && { isSigned: message.isSigned, deliveryId: () => message.id }
  },
  typeOf(_, body) {
    try {
      const type = (JSON.parse(body.toString('utf8')) as { type?: unknown } | null)?.type
      return typeof type === 'string' ? type : undefined
    } catch {
      // Stored all the same; the processor says what is wrong with it.
      return undefined
    }
  },
}
