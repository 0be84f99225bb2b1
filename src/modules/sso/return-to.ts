/** Where a browser goes after signing in: an address of this console, and nothing else. */

/** Any origin will do: the address must stay on it whatever it is. */
const here = 'https://console.invalid'
/** Printable ASCII but the backslash, which browsers read as a slash; anything else has to be encoded to stand in an address. */
const plain = /^\/(?![/\\])[\x21-\x5b\x5d-\x7e]*$/
/** Encoded controls and backslashes, and slashes at the start: somebody behind us may decode them once more. */
const disguised = /%(?:[01][0-9a-f]|7f|5c)|^\/+%2f/i
/** What is not a page: signing in again for ever, or an answer of the API. */
const notPages = /^\/(?:\/|(?:auth|api|sign-in)(?:\/|$))/

/** `address` when it is one of this console, `/` for everything else. */
export function returnAddress(address: unknown): string {
  if (typeof address !== 'string' || address.length > 2000 || !plain.test(address) || disguised.test(address))
    return '/'
  const url = URL.parse(address, here)
  // `/.//evil.example` has the path `//evil.example` once its dot is resolved.
  if (url?.origin !== here || notPages.test(url.pathname)) return '/'
  return address
}
