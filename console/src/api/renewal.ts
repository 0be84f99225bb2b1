/**
 * Access lasts 15 minutes and is renewed by a token that works once. All tabs share that token, so only one of them renews at a
 * time, and a tab that waited its turn finds that another one already did.
 */
import { NetworkFailure } from './failure.ts'

const accessMs = 15 * 60_000
/** Renewed this long before it ends, so that no request of a page in use has to wait for it. */
const earlyMs = 2 * 60_000
const renewedAtKey = 'daytwo.access-renewed-at'

/** When any tab last got new access, in milliseconds; 0 when unknown. */
function renewedAtMs(): number {
  try {
    return Number(localStorage.getItem(renewedAtKey) ?? 0)
  } catch {
    // Storage may be closed; each tab then counts for itself, and the server settles who was first.
    return ownRenewedAtMs
  }
}
let ownRenewedAtMs = 0

/** Notes that access is new as of now: after signing in, moving to another tenant, renewing. */
export function noteAccess(): void {
  ownRenewedAtMs = Date.now()
  try {
    localStorage.setItem(renewedAtKey, String(ownRenewedAtMs))
  } catch {
    // As above.
  }
}

/** Renews access unless a tab did so after `sinceMs`. False: the session has ended. Throws `NetworkFailure`. */
export function renewAccess(sinceMs: number): Promise<boolean> {
  renewing ??= inTurn(async () => {
    if (renewedAtMs() > sinceMs) return true
    const response = await fetch('/auth/refresh', { method: 'POST', credentials: 'same-origin' }).catch((cause) => {
      throw new NetworkFailure('No answer from the server.', { cause })
    })
    // 409: another tab was faster, and its new access is this browser's too.
    if (response.ok || response.status === 409) {
      noteAccess()
      return true
    }
    if (response.status >= 500 || response.status === 429)
      throw new NetworkFailure(`The server could not renew the session (${response.status}).`)
    return false
  }).finally(() => {
    renewing = undefined
  })
  return renewing
}
let renewing: Promise<boolean> | undefined

/** One tab after the other, where the browser has locks (over plain http to another machine it has none). */
const inTurn = (work: () => Promise<boolean>): Promise<boolean> =>
  'locks' in navigator ? navigator.locks.request('daytwo.renew-access', work) : work()

/** Renews shortly before access ends while somebody looks; returns how to stop. */
export function keepAccess(): () => void {
  if (renewedAtMs() === 0) noteAccess()
  const look = () => {
    const sinceMs = renewedAtMs()
    if (document.visibilityState === 'visible' && Date.now() - sinceMs > accessMs - earlyMs)
      // What fails here is asked again by the next request that needs it.
      void renewAccess(sinceMs).catch(() => undefined)
  }
  look()
  const timer = setInterval(look, 20_000)
  document.addEventListener('visibilitychange', look)
  return () => {
    clearInterval(timer)
    document.removeEventListener('visibilitychange', look)
  }
}
