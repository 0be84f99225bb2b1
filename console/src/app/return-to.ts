/** Where to go after signing in: an address of this console, never somebody else's. */

/** The path, query and fragment when `address` is on this origin and outside sign-in itself; `/` for everything else. */
export function safeReturnTo(address: string | undefined, origin = globalThis.location.origin): string {
  // Browsers read a backslash as a slash and skip control characters, so `/\evil.example` would leave.
  // biome-ignore lint/suspicious/noControlCharactersInRegex: those are what is refused
  if (!address?.startsWith('/') || /^\/[/\\]|[\u0000-\u001f\\]/.test(address)) return '/'
  const url = new URL(address, origin)
  // `/.//evil.example` has the path `//evil.example` once its dot is resolved.
  if (url.origin !== origin || /^\/(\/|(sign-in|auth|setup|reset)\b)/.test(url.pathname)) return '/'
  return `${url.pathname}${url.search}${url.hash}`
}

/** The address of sign-in that leads back to where the browser is now. */
export function signInAddress(): string {
  const { pathname, search, hash } = globalThis.location
  const here = safeReturnTo(`${pathname}${search}${hash}`)
  return here === '/' ? '/sign-in' : `/sign-in?${new URLSearchParams({ return_to: here })}`
}
