/** What a provider's error means here, and who is at fault for it: pure, so that each cause can be shown to have its own text. */
import { Problem, type ProblemType } from '#kernel/errors/index.ts'
import {
  clientRefused,
  codeRefused,
  declined,
  flowLost,
  issuerMismatch,
  issuerUnreachable,
  providerError,
  redirectMismatch,
  tokenInvalid,
} from './problems.ts'

/** OAuth's error codes, as providers use them; GitHub has its own. */
const byCode: Readonly<Record<string, ProblemType>> = {
  access_denied: declined,
  consent_required: declined,
  interaction_required: declined,
  login_required: declined,
  application_suspended: clientRefused,
  invalid_client: clientRefused,
  unauthorized_client: clientRefused,
  incorrect_client_credentials: clientRefused,
  redirect_uri_mismatch: redirectMismatch,
  invalid_grant: codeRefused,
  bad_verification_code: codeRefused,
}

/** Entra's numbers say more than its codes. */
const byNumber: Readonly<Record<string, ProblemType>> = {
  AADSTS50011: redirectMismatch,
  AADSTS500112: redirectMismatch,
  AADSTS7000215: clientRefused,
  AADSTS7000222: clientRefused,
  AADSTS7000218: clientRefused,
  AADSTS700016: clientRefused,
  AADSTS90002: issuerMismatch,
  AADSTS50105: declined,
  AADSTS65001: declined,
  AADSTS65004: declined,
}

const tokenChecks = new Set([
  'OAUTH_JWT_CLAIM_COMPARISON_FAILED',
  'OAUTH_JWT_TIMESTAMP_CHECK_FAILED',
  'OAUTH_JSON_ATTRIBUTE_COMPARISON_FAILED',
  'OAUTH_KEY_SELECTION_FAILED',
  'OAUTH_INVALID_RESPONSE',
  'OAUTH_UNSUPPORTED_OPERATION',
])

/** Everything that the chain of causes says, for it is the innermost that knows. */
type Found = { code?: string | undefined; oauth?: string | undefined; text: string; dial: boolean }

function look(error: unknown): Found {
  const found: Found = { text: '', dial: false }
  for (let at: unknown = error, depth = 0; at instanceof Object && depth < 6; depth++) {
    const { code, error: oauth, error_description: description, message, cause, body } = at as Record<string, unknown>
    if (at instanceof Problem && at.type.slug.startsWith('dial/')) found.dial = true
    if (typeof code === 'string') found.code ??= code
    for (const one of [oauth, (body as Record<string, unknown> | undefined)?.error])
      if (typeof one === 'string') found.oauth ??= one
    for (const one of [message, description, (body as Record<string, unknown> | undefined)?.error_description])
      if (typeof one === 'string') found.text += `${one}; `
    at = cause
  }
  return found
}

export type Stage = 'discovery' | 'callback' | 'api'

/** The problem to tell, with the technical cause kept for the log. Problems of this module pass as they are. */
export function toldAs(error: unknown, stage: Stage): Problem {
  if (error instanceof Problem && error.type.slug.startsWith('sso/')) return error
  const found = look(error)
  return new Problem(typeOf(found, stage), summaryOf(found), { cause: error })
}

function typeOf({ code, oauth, text, dial }: Found, stage: Stage): ProblemType {
  if (dial) return issuerUnreachable
  const number = /AADSTS\d+/.exec(text)?.[0]
  if (number && byNumber[number]) return byNumber[number]
  // Providers word a wrong redirect URI as a bad grant or request.
  if (oauth !== undefined && /redirect[_ ]?uri/i.test(text)) return redirectMismatch
  if (oauth !== undefined) return byCode[oauth] ?? providerError
  if (stage === 'discovery')
    return code === 'OAUTH_JSON_ATTRIBUTE_COMPARISON_FAILED' ? issuerMismatch : issuerUnreachable
  if (
    /response parameter "(state|iss)"|"(state|iss)" (\(issuer\) )?(response )?parameter|"iss" \(issuer\) response/.test(
      text,
    )
  )
    return /"iss"/.test(text) ? issuerMismatch : flowLost
  if (code === 'OAUTH_TIMEOUT' || code === 'OAUTH_ABORT') return issuerUnreachable
  if (code !== undefined && tokenChecks.has(code)) return tokenInvalid
  return providerError
}

/** One line for the log and the problem's detail; secrets of the exchange are in neither. */
const summaryOf = ({ code, oauth, text }: Found) =>
  [oauth, code, text.replaceAll(/[^\x20-\x7e]/g, ' ').slice(0, 300)].filter(Boolean).join(': ') || 'no details'
