import { defineProblem } from '#kernel/errors/index.ts'
import {
  passkeyKnown,
  passkeyNotAdded,
  passkeyRefused,
  passkeysNotHere,
  tooManyPasskeys,
} from '../passkeys/problems.ts'

export const secondFactorRefused = defineProblem({
  slug: 'people/second-factor-refused',
  title: 'The second factor is not accepted',
  status: 401,
  remedy:
    'Use the code shown now: each works once. After five wrong codes of an authenticator app in a row, all of them are refused for a while; a recovery code or a passkey still works.',
})
export const secondFactorExpired = defineProblem({
  slug: 'people/second-factor-expired',
  title: 'This sign-in must begin again',
  status: 401,
  remedy: 'Sign in from the start: the second step is good for five minutes, five tries and one sign-in.',
})
export const totpExists = defineProblem({
  slug: 'people/totp-exists',
  title: 'An authenticator app is connected already',
  status: 409,
  remedy: 'Remove it first, then connect the new one.',
})
export const totpUnreadable = defineProblem({
  slug: 'people/totp-unreadable',
  title: 'Codes of this authenticator app cannot be checked any more',
  status: 409,
  remedy:
    'The APP_KEY of this instance is not the one the app was connected under. Use a recovery code or a passkey, then remove the app in Account and connect it anew. Without either, ask the operator, who can bring the old APP_KEY back or run "daytwo person:remove-second-factors".',
})
export const totpNotConfirmed = defineProblem({
  slug: 'people/totp-not-confirmed',
  title: 'The code is not the one expected',
  status: 422,
  remedy:
    'Enter the code that the app shows now. If it stays wrong, check the clock of the device, or begin again with a new secret.',
})
export const noSecondFactor = defineProblem({
  slug: 'people/no-second-factor',
  title: 'There is no second factor',
  status: 409,
  remedy: 'Add a passkey or connect an authenticator app first; recovery codes come with it.',
})

export const secondFactorProblems = [
  secondFactorRefused,
  secondFactorExpired,
  totpExists,
  totpUnreadable,
  totpNotConfirmed,
  noSecondFactor,
  passkeyRefused,
  passkeyNotAdded,
  passkeyKnown,
  tooManyPasskeys,
  passkeysNotHere,
]
