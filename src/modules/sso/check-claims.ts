/**
 * What an ID token must say beyond what the library checks (signature, issuer, audience, nonce, time). Pure. Stricter than
 * OpenID Connect Core 3.1.3.7 where that leaves a choice: one audience only, and times that a fresh token can have.
 */
import { Problem } from '#kernel/errors/index.ts'
import { tokenInvalid, wrongDirectory } from './problems.ts'

export type Claims = Readonly<Record<string, unknown>>

const skewSeconds = 60
/** Nobody's ID token lives longer; what says so is a mistake or a forgery. */
const longestSeconds = 24 * 3600

type Expected = { readonly clientId: string; readonly allowedTenants: readonly string[]; readonly nowSeconds: number }

/** Throws `sso/token-invalid`, or `sso/wrong-directory`. */
export function checkClaims(header: Claims, claims: Claims, { clientId, allowedTenants, nowSeconds }: Expected): void {
  const { typ } = header
  if (typ !== undefined && String(typ).toUpperCase() !== 'JWT')
    refuse(`a token of type ${String(typ).slice(0, 20)} is no ID token`)
  const exp = seconds(claims, 'exp')
  const iat = seconds(claims, 'iat')
  if (exp <= nowSeconds - skewSeconds) refuse('"exp" is past')
  if (exp > nowSeconds + longestSeconds) refuse('"exp" is more than a day ahead')
  if (iat > nowSeconds + skewSeconds) refuse('"iat" is in the future')
  if (iat < nowSeconds - longestSeconds) refuse('"iat" is more than a day ago')
  if (claims.nbf !== undefined && seconds(claims, 'nbf') > nowSeconds + skewSeconds) refuse('"nbf" is in the future')
  const audience = [claims.aud].flat()
  if (audience.length !== 1 || audience[0] !== clientId) refuse('"aud" is not this application alone')
  if (claims.azp !== undefined && claims.azp !== clientId) refuse('"azp" is another application')
  if (typeof claims.sub !== 'string' || claims.sub === '' || claims.sub.length > 255) refuse('"sub" is not usable')
  if (allowedTenants.length > 0 && !allowedTenants.includes(String(claims.tid).toLowerCase()))
    throw new Problem(wrongDirectory, `The directory ${String(claims.tid).slice(0, 40)} is not allowed.`)
}

function seconds(claims: Claims, name: string): number {
  const value = claims[name]
  if (!Number.isSafeInteger(value)) refuse(`"${name}" is no whole number of seconds`)
  return value as number
}

function refuse(what: string): never {
  throw new Problem(tokenInvalid, `The ID token was refused: ${what}.`)
}

/** The provider says that it checked the address; Entra has a claim of its own for it. */
export const isVerified = ({ email_verified: standard, xms_edov: entra }: Claims): boolean =>
  standard === true || entra === true || entra === 1 || entra === '1' || entra === 'true'

/** Another factor was used at the provider (RFC 8176, and what Entra says). */
export const usedSecondFactor = ({ amr }: Claims): boolean => Array.isArray(amr) && amr.includes('mfa')
