/**
 * Which addresses are anybody's on the Internet. From the IANA special-purpose address registries for IPv4 and IPv6 (RFC 6890
 * and its updates): everything that is not global unicast is special, and so is what no registry has given out yet.
 */
import ipaddr from 'ipaddr.js'

/** `never` is not opened by any allowance: metadata services, and what names no single machine. */
export type AddressKind = 'public' | 'special' | 'never'

type Range = readonly [ipaddr.IPv4 | ipaddr.IPv6, number]
const ranges = (...cidrs: string[]): Range[] => cidrs.map((cidr) => ipaddr.parseCIDR(cidr))

const specialV4 = ranges(
  '0.0.0.0/8', // this network
  '10.0.0.0/8', // private
  '100.64.0.0/10', // carrier-grade NAT
  '127.0.0.0/8', // loopback
  '169.254.0.0/16', // link-local
  '172.16.0.0/12', // private
  '192.0.0.0/24', // IETF protocol assignments
  '192.0.2.0/24', // documentation
  '192.31.196.0/24', // AS112
  '192.52.193.0/24', // AMT
  '192.88.99.0/24', // 6to4 relay, deprecated
  '192.168.0.0/16', // private
  '192.175.48.0/24', // AS112
  '198.18.0.0/15', // benchmarking
  '198.51.100.0/24', // documentation
  '203.0.113.0/24', // documentation
  '224.0.0.0/4', // multicast
  '240.0.0.0/4', // reserved, broadcast
)

/** The only global unicast space of IPv6 so far; all else (::/3 with its embedded IPv4, fc00::/7, fe80::/10, …) is special. */
const globalV6 = ranges('2000::/3')
const specialV6 = ranges(
  '2001::/23', // IETF protocol assignments: Teredo, ORCHID, benchmarking
  '2001:db8::/32', // documentation
  '2002::/16', // 6to4
  '2620:4f:8000::/48', // AS112
  '3fff::/20', // documentation
)

const never = ranges(
  '169.254.0.0/16', // link-local: the metadata service of nearly every cloud
  '100.100.100.200/32', // Alibaba's
  '192.0.0.192/32', // Oracle's
  '168.63.129.16/32', // Azure's, a public address by its number
  '0.0.0.0/8', // reaches this machine
  '224.0.0.0/4',
  '255.255.255.255/32',
  'fe80::/10',
  'fec0::/10',
  'fd00:ec2::/32', // Amazon's
  'fd20:ce::/32', // Google's
  'fd00:c1::a9fe:a9fe/128', // Oracle's
  '::/128',
  'ff00::/8',
)

const embeddings = [
  { inside: ranges('::/96', '64:ff9b::/96', '64:ff9b:1::/48'), start: 12, flip: 0 },
  { inside: ranges('2002::/16'), start: 2, flip: 0 }, // 6to4
  { inside: ranges('2001::/32'), start: 12, flip: 0xff }, // Teredo
]

const within = (address: ipaddr.IPv4 | ipaddr.IPv6, list: readonly Range[]) =>
  list.some(([network, bits]) => network.kind() === address.kind() && address.match(network as ipaddr.IPv4, bits))

/** Undefined for what is no address, zone ids included: an address that needs one is link-local. */
export function parseAddress(text: string): ipaddr.IPv4 | ipaddr.IPv6 | undefined {
  if (text.includes('%')) return undefined
  if (!ipaddr.IPv6.isValid(text) && !ipaddr.IPv4.isValidFourPartDecimal(text)) return undefined
  return ipaddr.process(text)
}

/** What is neither IPv4 nor IPv6 in their plain forms is `never`. */
export function kindOfAddress(text: string): AddressKind {
  const address = parseAddress(text)
  if (!address) return 'never'
  if (within(address, never) || embeddedV4(address).some((inner) => within(inner, never))) return 'never'
  if (address.kind() === 'ipv4')
    return within(address, specialV4) || address.range() !== 'unicast' ? 'special' : 'public'
  const open = within(address, globalV6) && !within(address, specialV6) && address.range() === 'unicast'
  return open ? 'public' : 'special'
}

/** The IPv4 address that a gateway or the system reads out of an IPv6 one. */
function embeddedV4(address: ipaddr.IPv4 | ipaddr.IPv6): ipaddr.IPv4[] {
  if (address.kind() === 'ipv4') return []
  const bytes = address.toByteArray()
  return embeddings
    .filter(({ inside }) => within(address, inside))
    .map(({ start, flip }) => new ipaddr.IPv4(bytes.slice(start, start + 4).map((byte) => byte ^ flip)))
    .filter((inner) => inner.toString() !== '0.0.0.1') // ::1 is no compatible address
}
