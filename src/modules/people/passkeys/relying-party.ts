/** For which address passkeys are made. A browser ties them to a host name, and offers them on https:// or localhost only. */
import { Problem } from '#kernel/errors/index.ts'
import { passkeysNotHere } from './problems.ts'

export type RelyingParty =
  | { readonly possible: true; readonly id: string; readonly origins: readonly string[]; readonly address: string }
  | { readonly possible: false; readonly why: string }

const loopback = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/
const ipAddress = /^(\[[0-9a-f:.]+\]|\d{1,3}(\.\d{1,3}){3})$/i

/**
 * The relying party of an instance reached at `addresses`, of which the last is the console's. An address of this very machine
 * becomes `localhost`: an IP address can have no passkeys, and both lead here.
 */
export function relyingParty(addresses: readonly string[]): RelyingParty {
  const named = addresses.map((address) => {
    const url = new URL(address)
    if (loopback.test(url.hostname)) url.hostname = 'localhost'
    return url
  })
  const console = named.at(-1)!
  const { hostname: id, origin } = console
  if (ipAddress.test(id)) return { possible: false, why: `${id} is an IP address; passkeys need a host name.` }
  if (console.protocol !== 'https:' && id !== 'localhost')
    return { possible: false, why: `${origin} is not encrypted; browsers offer passkeys on https:// only.` }
  const origins = named
    .filter(
      ({ hostname, protocol }) => (hostname === id || hostname.endsWith(`.${id}`)) && protocol === console.protocol,
    )
    .map((url) => url.origin)
  return { possible: true, id, origins: [...new Set(origins)], address: origin }
}

/** Whether the page that asks can have passkeys. Only an IP address in the request is told apart: a proxy may rename the host. */
export function passkeysAt(party: RelyingParty, host: string) {
  if (!party.possible) return { possible: false, why: party.why, address: null }
  const name = host.replace(/:\d*$/, '')
  if (!ipAddress.test(name)) return { possible: true, why: null, address: party.address }
  return { possible: false, why: `${name} is an IP address; passkeys need a host name.`, address: party.address }
}

/** Throws `people/passkeys-not-here`, which says where they can be had. */
export function partyAt(party: RelyingParty, host: string): Extract<RelyingParty, { possible: true }> {
  const { possible, why, address } = passkeysAt(party, host)
  if (party.possible && possible) return party
  throw new Problem(passkeysNotHere, address ? `${why} Open ${address} instead.` : why!, { extension: { address } })
}
