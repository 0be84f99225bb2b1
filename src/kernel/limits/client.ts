/** Whom an address is counted as. */

const ipv4 = /^(::ffff:)?(\d{1,3}(?:\.\d{1,3}){3})$/i

/**
 * An IPv4 address is one client; of IPv6 a whole /64 is, for that is what one customer has. Anything else (a forwarding header
 * with nonsense in it) is one client together.
 */
export function clientOf(address: string): string {
  const four = ipv4.exec(address)?.[2]
  if (four) return `ip:${four}`
  // The URL parser checks an IPv6 address and writes it in one way.
  const six = URL.parse(`http://[${address.split('%', 1)[0]}]`)?.hostname.slice(1, -1)
  return six ? `ip:${first64(six)}::/64` : 'ip:unknown'
}

function first64(address: string): string {
  const [head = '', tail] = address.split('::')
  const before = head === '' ? [] : head.split(':')
  const after = tail ? tail.split(':') : []
  const gap = tail === undefined ? 0 : 8 - before.length - after.length
  return [...before, ...Array<string>(gap).fill('0'), ...after].slice(0, 4).join(':')
}
