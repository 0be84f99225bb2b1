/** What may be dialled beside public addresses: a network, an address or a name, each with or without a port. */
import ipaddr from 'ipaddr.js'
import { parseAddress } from './addresses.ts'

export type Allowance = {
  /** As it was written. */
  readonly text: string
  readonly network?: readonly [ipaddr.IPv4 | ipaddr.IPv6, number]
  /** Lower case, without a dot at the end. Equal names only: `hooks.example.com` does not allow `hooks.example.com.evil.test`. */
  readonly name?: string
  /** Undefined: any. */
  readonly port?: number
}

const form =
  /^(?:\[(?<bracketed>[^\]]+)\]|(?<plain>[^:[\]]+)|(?<v6>[0-9a-f:.]*:[0-9a-f:.]*:[0-9a-f:.]*(?:\/\d+)?))(?::(?<port>\d{1,5}))?$/i
const nameForm = /^(?=.{1,253}$)[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)*$/

/** `10.0.0.0/8`, `fd12::/48`, `192.168.1.7:8080`, `[::1]:1025`, `jira.internal`, `jira.internal:443`; undefined for anything else. */
export function parseAllowance(text: string): Allowance | undefined {
  const written = text.trim().toLowerCase()
  // An IPv6 address without brackets has colons of its own and so no port.
  const bare = networkOf(written)
  if (bare) return { text: written, network: bare }
  const groups = form.exec(written)?.groups
  const host = groups?.bracketed ?? groups?.plain
  if (host === undefined) return undefined
  const port = groups!.port === undefined ? undefined : Number(groups!.port)
  if (port !== undefined && (port < 1 || port > 65_535)) return undefined
  const withPort = port === undefined ? {} : { port }
  const network = networkOf(host)
  if (network) return { text: written, network, ...withPort }
  const name = host.replace(/\.$/, '')
  // Numbers alone are addresses in an odd notation.
  if (groups!.bracketed !== undefined || !nameForm.test(name) || /(^|\.)(\d+|0x[0-9a-f]*)$/.test(name)) return undefined
  return { text: written, name, ...withPort }
}

function networkOf(text: string): Allowance['network'] {
  if (text.includes('/')) return ipaddr.isValidCIDR(text) ? ipaddr.parseCIDR(text) : undefined
  const address = parseAddress(text)
  return address && [address, address.kind() === 'ipv4' ? 32 : 128]
}

/** The list of DIAL_ALLOW; throws an error that quotes the entry at fault. */
export function parseAllowances(list: string): Allowance[] {
  return list
    .split(',')
    .filter((entry) => entry.trim() !== '')
    .map((entry) => {
      const allowance = parseAllowance(entry)
      if (!allowance) throw new TypeError(`"${entry.trim()}" is no network, address or host name`)
      return allowance
    })
}

/** Whether one of `allowances` opens `address`, reached by the name `host`, at `port`. */
export const isAllowed = (allowances: readonly Allowance[], host: string, address: string, port: number): boolean => {
  const parsed = parseAddress(address)
  return allowances.some((allowance) => {
    if (allowance.port !== undefined && allowance.port !== port) return false
    if (allowance.name !== undefined) return allowance.name === host
    const [network, bits] = allowance.network!
    return parsed?.kind() === network.kind() && parsed.match(network as ipaddr.IPv4, bits)
  })
}
