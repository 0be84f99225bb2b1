/** What the stand-in answers below `/auth`: anybody may sign in with a password that is not `wrong`. */
import {
  accepted,
  loginRequest,
  methodsReply,
  resetConfirmation,
  resetRequest,
  setupRequest,
  setupState,
} from '../../src/modules/people/schemas.ts'
import { secondFactorProof } from '../../src/modules/people/second-factor/schemas.ts'
import {
  invitationAcceptance,
  invitationAccepted,
  invitationPreview,
  invitationToken,
  registrationConfirmation,
  registrationRequest,
} from '../../src/modules/tenants/schemas.ts'
import { dayMs, iso, now } from './fixture-data.ts'
import { as, checked, problem, type Reply } from './fixture-reply.ts'

const singleSignOn = 'Continue with Acme single sign-on'
const signedIn = { status: 'signed-in', expires_in: 900 }
const signInElsewhere = { status: 'sign-in-elsewhere', provider: singleSignOn }
const acceptedReply = (): Reply => ({ ...as(accepted, { status: 'accepted' }), status: 202 }) as Reply
const wrong = () =>
  problem(401, 'people/wrong-credentials', 'The e-mail address or the password is wrong', 'Check both, then try again.')
const locked = () =>
  problem(
    429,
    'people/too-many-attempts',
    'Too many attempts to sign in',
    'Five wrong passwords in a row. Try again in 15 minutes.',
  )
const weak = () =>
  problem(422, 'people/password-too-weak', 'The password would be guessed', 'It can be guessed.', [
    { pointer: '#/password', detail: 'This is a common password.' },
  ])

/** The reply, or null for what does not exist; `signsIn` tells that cookies would be set. */
export function answerAuth(method: string, path: string, body: unknown, mode: string): Reply {
  if (method === 'GET') {
    if (path === '/methods')
      return as(methodsReply, {
        password: true,
        passkey: true,
        registration: mode !== 'reader',
        reset: true,
        oidc: mode === 'reader' || mode === 'new' ? null : { label: singleSignOn },
        github: mode !== 'reader' && mode !== 'new',
        test_login: mode === 'many-tenants',
      })
    if (path === '/setup') return as(setupState, { needed: mode === 'new' })
    return null
  }
  const sent = (body ?? {}) as { password?: string; code?: string }
  const proved = () => (sent.password === 'wrong' ? wrong() : { body: signedIn })
  switch (path) {
    case '/login':
      return checked(loginRequest, body, () =>
        sent.password === 'wrong'
          ? wrong()
          : sent.password === 'locked'
            ? locked()
            : sent.password === 'second'
              ? {
                  body: {
                    status: 'second-factor',
                    challenge: 'c'.repeat(43),
                    methods: ['totp', 'passkey', 'recovery-code'],
                  },
                }
              : { body: signedIn },
      )
    case '/second-factor':
      return checked(secondFactorProof, body, () =>
        sent.code === '000000'
          ? problem(
              401,
              'people/second-factor-refused',
              'The second factor is not accepted',
              'This code is not the one shown now.',
            )
          : { body: signedIn },
      )
    case '/refresh':
      return problem(401, 'people/session-ended', 'The session has ended', 'Sign in again.')
    case '/setup':
      return checked(setupRequest, body, () => (/password/.test(sent.password ?? '') ? weak() : { body: signedIn }))
    case '/reset/request':
      return checked(resetRequest, body, acceptedReply)
    case '/reset':
      return checked(resetConfirmation, body, () => ({ status: 204, body: undefined }))
    case '/register':
      return checked(registrationRequest, body, acceptedReply)
    case '/register/confirm':
      return checked(registrationConfirmation, body, () => ({
        body: { ...signedIn, registration: 'requested' },
      }))
    case '/invitation':
      return checked(invitationToken, body, (value) => invitation(value as { token: string }))
    case '/invitation/accept':
      return checked(invitationAcceptance, body, (value) => {
        const elsewhere = (value as { token: string }).token.startsWith('oidc')
        const entered = elsewhere ? signInElsewhere : signedIn
        return as(invitationAccepted, { ...entered, tenant: { id: 't1', name: 'Acme Outfitters' } })
      })
    case '/sign-out':
      return { status: 204, body: undefined }
    case '/passkey/options':
      return problem(409, 'people/passkeys-not-here', 'This address cannot have passkeys', 'The stand-in has none.')
    default:
      return path === '/test-login' || path === '/tenant' ? proved() : null
  }
}

function invitation({ token }: { token: string }): Reply {
  if (token.startsWith('spent'))
    return problem(
      410,
      'tenants/link-spent',
      'This link was used, taken back or has expired',
      'It cannot be accepted any more.',
    )
  return as(invitationPreview, {
    tenant: 'Acme Outfitters',
    email: 'kim@acme.example',
    role: 'operator',
    invited_by: 'Maria Lindqvist',
    expires_at: iso(now + 5 * dayMs),
    account_exists: token.startsWith('known'),
    sign_in: token.startsWith('oidc') ? 'oidc' : 'password',
  })
}
