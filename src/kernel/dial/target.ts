/** From what somebody typed to addresses that may be connected to. */
import { lookup as systemLookup } from 'node:dns/promises'
import { invalidRequest, Problem } from '#kernel/errors/index.ts'
import { type Allowance, isAllowed, kindOfAddress, parseAddress } from '#kernel/networks/index.ts'
import { targetRefused, unreachable } from './problems.ts'
import type { DialHeaders, DialPolicy, Lookup, Resolved } from './types.ts'

export type Endpoint = { readonly host: string; readonly port: number }

/** Why a target was refused, for the log of whoever runs the installation; the caller is told one sentence for all of them. */
export type Refusal = (why: string) => Problem

const sentence =
  'This instance connects to public host names only, and to private networks only where that was allowed. This address is neither.'

export const refusal = (policy: { name: string }, pointer?: string): Refusal => {
  const errors = pointer === undefined ? [] : [{ pointer, detail: sentence, code: 'target_refused' }]
  return (why) => new Problem(targetRefused, sentence, { errors, cause: new Error(`${policy.name}: ${why}`) })
}

/** Names of metadata services; what they resolve to is refused as well where it can be told. */
const metadataNames =
  /^(metadata|metadata\.google\.internal|metadata\.goog|instance-data(\.ec2\.internal)?|metadata\.tencentyun\.com)$/
const localNames = /(^|\.)localhost$/
const defaultPorts: Readonly<Record<string, number>> = { 'https:': 443, 'http:': 80 }

/** Parsed once, as the socket will be opened: nothing looks at the text again. */
export function parseTarget(text: string | URL, policy: DialPolicy, refuse: Refusal): URL {
  const url = URL.parse(String(text))
  if (!url) throw refuse('not a URL')
  const { schemes = ['https'] } = policy
  if (!schemes.some((scheme) => url.protocol === `${scheme}:`)) throw refuse(`scheme ${url.protocol}`)
  if (url.username !== '' || url.password !== '') throw refuse('user and password in the address')
  return url
}

export const endpointOf = (url: URL, refuse: Refusal): Endpoint =>
  endpoint(url.hostname, url.port === '' ? defaultPorts[url.protocol]! : Number(url.port), refuse)

/** Brings a host to its one form; WHATWG's parser knows every notation of an address (`0x7f.1`, `2130706433`, `①`). */
export function endpoint(host: string, port: number, refuse: Refusal): Endpoint {
  if (!Number.isInteger(port) || port < 1 || port > 65_535) throw refuse('port')
  const plain = host.includes(':') && !host.startsWith('[') ? `[${host}]` : host
  const parsed = /[\s/\\?#@%]/.test(plain) ? null : URL.parse(`http://${plain}:${port}/`)
  const name = parsed?.hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '') ?? ''
  if (name === '' || name.length > 253) throw refuse('host name')
  if (metadataNames.test(name)) throw refuse('metadata service')
  return { host: name, port }
}

/**
 * Every address of the host, all of which may be connected to. One that may not refuses the whole: a name that stands for a public and
 * a private address is an attack or a mistake.
 */
export async function addressesOf(
  { host, port }: Endpoint,
  allowances: readonly Allowance[],
  lookup: Lookup,
  refuse: Refusal,
): Promise<readonly Resolved[]> {
  const literal = parseAddress(host)
  if (literal) {
    const address = literal.toString()
    if (kindOfAddress(address) === 'never' || !isAllowed(allowances, host, address, port)) throw refuse('IP address')
    return [{ address, family: literal.kind() === 'ipv4' ? 4 : 6 }]
  }
  const found = await lookup(host).catch((cause) => {
    throw new Problem(unreachable, 'The name is not known, or could not be looked up.', { cause })
  })
  if (found.length === 0) throw new Problem(unreachable, 'The name has no address.')
  for (const { address } of found) {
    const kind = kindOfAddress(address)
    const open = kind === 'public' && !localNames.test(host)
    if (kind === 'never' || !(open || isAllowed(allowances, host, address, port))) throw refuse(`an address is ${kind}`)
  }
  return found.map(({ address }) => {
    const plain = parseAddress(address)!
    return { address: plain.toString(), family: plain.kind() === 'ipv4' ? 4 : 6 }
  })
}

export const lookupAll: Lookup = (hostname) => systemLookup(hostname, { all: true })

const forbidden =
  /^(host|connection|content-length|transfer-encoding|keep-alive|te|trailer|upgrade|expect|proxy-.*|daytwo-hop|accept-encoding)$/
const token = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}$/

/** Header fields that a caller may set: not those of the connection, and no control characters in a value. */
export function checkHeaders(given: DialHeaders | undefined): Record<string, string> {
  const entries = given instanceof Headers || Array.isArray(given) ? [...given] : Object.entries(given ?? {})
  return Object.fromEntries(
    entries.map(([name, value]) => {
      const field = String(name).toLowerCase()
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
      if (!token.test(field) || forbidden.test(field) || /[\0-\x08\n-\x1f\x7f]|[^\0-\xff]/.test(String(value)))
        throw new Problem(invalidRequest, 'A header field cannot be sent.', {
          errors: [
            { pointer: `header/${field.slice(0, 100)}`, detail: 'this name or value is not allowed', code: 'header' },
          ],
        })
      return [field, String(value)]
    }),
  )
}
