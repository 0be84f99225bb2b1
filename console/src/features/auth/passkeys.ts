/** The browser's side of passkeys; its library is loaded when one is wanted. */
import { passkeyRequestOptions } from '#modules/people/passkeys/schemas.ts'
import { callAuth } from '~/api/client.ts'

const library = () => import('@simplewebauthn/browser')
const isIpAddress = /^(\d+\.){3}\d+$|^\[/

/** Browsers tie passkeys to a host name and want a protected connection. */
export const passkeysPossible = (): boolean =>
  'PublicKeyCredential' in globalThis && globalThis.isSecureContext && !isIpAddress.test(globalThis.location.hostname)

/** Whether the browser offers passkeys in the e-mail field's own list. */
export async function autofillPossible(): Promise<boolean> {
  if (!passkeysPossible()) return false
  return (await library()).browserSupportsWebAuthnAutofill()
}

/** Has somebody show a passkey: any of this address, or with a challenge one of the person who is half signed in. */
export async function showPasskey({ challenge, autofill = false }: { challenge?: string; autofill?: boolean } = {}) {
  const body = challenge === undefined ? {} : { challenge }
  const optionsJSON = await callAuth(passkeyRequestOptions, '/passkey/options', { method: 'POST', body })
  const { startAuthentication } = await library()
  return startAuthentication({ optionsJSON: optionsJSON as never, useBrowserAutofill: autofill })
}

/** Whether the person closed the browser's dialog, or another one took its place: nothing to complain about. */
export const isCalledOff = (error: unknown): boolean =>
  error instanceof Error && (error.name === 'NotAllowedError' || error.name === 'AbortError')

/** Has the person's device make a passkey. */
export async function makePasskey(options: object) {
  const { startRegistration } = await library()
  return startRegistration({ optionsJSON: options as never })
}
