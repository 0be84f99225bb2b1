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

/** Over HTTPS the names carry prefixes with which browsers refuse them from anywhere else; over plain http these would not be kept. */
export function cookiesFor(secure: boolean): Cookies {
  const prefix = (text: string) => (secure ? text : '')
  const base = { httpOnly: true as const, secure }
  const access: Cookie = {
    name: `${prefix('__Host-')}daytwo_access`,
    options: { ...base, path: '/', sameSite: 'lax', maxAge: accessSeconds },
  }
  const refresh: Cookie = {
    name: `${prefix('__Secure-')}daytwo_refresh`,
    options: { ...base, path: '/auth', sameSite: 'strict', maxAge: refreshDays * day },
  }
  const device: Cookie = {
    name: `${prefix('__Secure-')}daytwo_device`,
    options: { ...base, path: '/auth', sameSite: 'strict', maxAge: deviceDays * day },
  }
  return { access, refresh, device, names: [access.name, refresh.name, device.name] }
}
