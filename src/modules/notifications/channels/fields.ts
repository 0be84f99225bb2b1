/** What each kind of channel needs to be told, what of it is secret, and what may be shown of it. */
import { randomToken } from '#kernel/clock/index.ts'
import { type Fault, invalidRequest, Problem } from '#kernel/errors/index.ts'
import type { Secrets } from '../providers/provider.ts'
import { secretPrefix } from '../providers/webhook.ts'
import type { channelKinds } from '../schemas.ts'

export type Kind = (typeof channelKinds)[number]
/** As callers name them. */
export const fieldNames = ['token', 'channel', 'url', 'address', 'routing_key', 'secret'] as const
export type FieldName = (typeof fieldNames)[number]
export type Fields = { readonly [Name in FieldName]?: string | undefined }

const fieldsOf: Record<Kind, readonly FieldName[]> = {
  slack_bot: ['token', 'channel'],
  slack_webhook: ['url'],
  email: ['address'],
  pagerduty: ['routing_key'],
  webhook: ['url', 'secret'],
}
/** Made where it is not given. */
const optional: readonly FieldName[] = ['secret']

const generatedBytes = 32
const secretBytes = { least: 24, most: 64 }
const base64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/

const forms: Partial<Record<FieldName, { readonly ok: (value: string) => boolean; readonly expected: string }>> = {
  token: {
    ok: (value) => /^xox[bp]-[A-Za-z0-9-]{10,280}$/.test(value),
    expected: 'a bot token, which begins with xoxb-',
  },
  channel: {
    ok: (value) => /^[CGD][A-Z0-9]{7,20}$/.test(value),
    expected: 'the id of a channel, for example C024BE91L: in Slack it is at the end of the channel’s details',
  },
  address: {
    ok: (value) => /^[a-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[^\s@<>()[\]\\,;:"]{1,189}$/i.test(value),
    expected: 'one plain e-mail address',
  },
  routing_key: {
    ok: (value) => /^[A-Za-z0-9]{32}$/.test(value),
    expected: 'the 32 letters and digits of an integration key',
  },
  secret: {
    ok: (value) => {
      const encoded = value.slice(secretPrefix.length)
      const { length } = Buffer.from(encoded, 'base64')
      return (
        value.startsWith(secretPrefix) &&
        base64.test(encoded) &&
        length >= secretBytes.least &&
        length <= secretBytes.most
      )
    },
    expected: `${secretPrefix} and the base64 of ${secretBytes.least} to ${secretBytes.most} bytes`,
  },
}

const fault = (name: FieldName, detail: string): Fault => ({ pointer: `#/${name}`, detail, code: 'invalid' })

/** Every fault of what was given for a channel of this kind; `whole`: nothing is there yet. */
export function refuseFaults(kind: Kind, given: Fields, whole: boolean): void {
  const errors = fieldNames.flatMap((name): Fault[] => {
    const value = given[name]
    const wanted = fieldsOf[kind].includes(name)
    if (value === undefined) {
      const missing = whole && wanted && !optional.includes(name)
      return missing ? [fault(name, `a channel of the kind ${kind} needs it`)] : []
    }
    if (!wanted) return [fault(name, `a channel of the kind ${kind} has none`)]
    const form = forms[name]
    return form && !form.ok(value) ? [fault(name, `expected ${form.expected}`)] : []
  })
  if (errors.length > 0) throw new Problem(invalidRequest, 'The channel cannot be as stated.', { errors })
}

export const newSigningSecret = (): string =>
  secretPrefix + Buffer.from(randomToken(generatedBytes), 'base64url').toString('base64')

export type Stored = {
  /** What is shown and, for a channel of Slack's or an address, what is used. */
  readonly target: string
  readonly secret: Secrets
  readonly hint: string | null
}

const end = (secret: string) => `…${secret.slice(-4)}`

/** What is kept of the fields, over what was kept before. A webhook's whole address may be a secret: its host is shown. */
export function store(kind: Kind, given: Fields, before?: Stored): Stored {
  switch (kind) {
    case 'slack_bot': {
      const token = given.token ?? before!.secret.token!
      return { target: given.channel ?? before!.target, secret: { token }, hint: end(token) }
    }
    case 'slack_webhook': {
      const url = given.url ?? before!.secret.url!
      return { target: new URL(url).host, secret: { url }, hint: end(url) }
    }
    case 'email':
      return { target: given.address ?? before!.target, secret: {}, hint: null }
    case 'pagerduty': {
      const key = given.routing_key ?? before!.secret.routing_key!
      return { target: 'PagerDuty', secret: { routing_key: key }, hint: end(key) }
    }
    case 'webhook': {
      const url = given.url ?? before!.secret.url!
      const secret = given.secret ?? before!.secret.secret!
      return { target: new URL(url).host, secret: { url, secret }, hint: end(secret) }
    }
  }
}
