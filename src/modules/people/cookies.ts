/** The cookies of a session, and the one that tells a browser in which somebody signed in before. */
import { accessSeconds } from './tokens.ts'

export type CookieOptions = {
  path: string
  httpOnly: true
  secure: boolean
  sameSite: 'lax' | 'strict'
  maxAge: number
}
type Cookie = { readonly name: string; readonly options: CookieOptions }

export type Cookies = {
  readonly access: Cookie
  readonly refresh: Cookie
  readonly device: Cookie
  /** All of them: none may come twice. */
  readonly names: readonly string[]
}

const day = 24 * 3600
export const refreshDays = 7
const deviceDays = 365

/**
 * Over HTTPS the names carry the prefix with which browsers take them from this very host alone, so that no neighbour under the same
 * domain can plant a session of its own. The prefix wants the path `/`: the refresh token then comes with each request, which only
 * this host sees, as it sees the access token; planted, it would sign somebody in as somebody else. Over plain http browsers would not
 * keep such a cookie, and the path keeps it to where it is used.
 */
export function cookiesFor(secure: boolean): Cookies {
  const named = (name: string) => (secure ? `__Host-${name}` : name)
  const base = { httpOnly: true as const, secure }
  const strict = { ...base, path: secure ? '/' : '/auth', sameSite: 'strict' as const }
  const access: Cookie = {
    name: named('daytwo_access'),
    options: { ...base, path: '/', sameSite: 'lax', maxAge: accessSeconds },
  }
  const refresh: Cookie = {
    name: named('daytwo_refresh'),
    options: { ...strict, maxAge: refreshDays * day },
  }
  const device: Cookie = {
    name: named('daytwo_device'),
    options: { ...strict, maxAge: deviceDays * day },
  }
  return { access, refresh, device, names: [access.name, refresh.name, device.name] }
}
