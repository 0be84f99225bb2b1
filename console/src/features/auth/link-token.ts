/** The token of a mailed or printed link: in the fragment, so that no server, proxy or log has seen it. */
import { useEffect, useState } from 'react'

const key = 'daytwo.link'
type Kept = { path: string; token: string }

/** Who must sign in first comes back without the fragment; this tab remembers it meanwhile, and only for that page. */
function kept(): string | null {
  try {
    const found = JSON.parse(sessionStorage.getItem(key) ?? 'null') as Kept | null
    return found?.path === globalThis.location.pathname ? found.token : null
  } catch {
    return null
  }
}

const told = () => new URLSearchParams(globalThis.location.hash.slice(1)).get('token')

/** Null when the link brought none. A link that is opened where its page stands already changes only the fragment. */
export function useLinkToken(): string | null {
  const [token, setToken] = useState(() => told() ?? kept())
  useEffect(() => {
    const look = () => setToken((before) => told() ?? before)
    globalThis.addEventListener('hashchange', look)
    return () => globalThis.removeEventListener('hashchange', look)
  }, [])
  return token
}

/** Keeps the token over a sign-in in this tab. */
export function keepLinkToken(token: string): void {
  try {
    sessionStorage.setItem(key, JSON.stringify({ path: globalThis.location.pathname, token } satisfies Kept))
  } catch {
    // Storage may be closed: the mail's link is opened once more then.
  }
}

/** Called when the token has done its work, so that it stays neither here nor in the browser's history. */
export function forgetLinkToken(): void {
  try {
    sessionStorage.removeItem(key)
  } catch {
    // As above.
  }
  globalThis.history.replaceState(globalThis.history.state, '', globalThis.location.pathname)
}
