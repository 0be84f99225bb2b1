import { defineProblem } from '#kernel/errors/index.ts'

export const passkeyRefused = defineProblem({
  slug: 'people/passkey-refused',
  title: 'The passkey is not accepted',
  status: 401,
  remedy:
    'Try again from the start: what a passkey signs is good once and for five minutes. If the passkey was removed from the account, sign in in another way. Where this instance signs people in with an identity provider (AUTH_METHOD=oidc), use that: a passkey alone is for platform administrators then.',
})
export const passkeyNotAdded = defineProblem({
  slug: 'people/passkey-not-added',
  title: 'The passkey could not be added',
  status: 422,
  remedy:
    'Ask for new options and try again within five minutes. The authenticator must store the passkey itself and verify its person, by PIN or fingerprint.',
})
export const passkeyKnown = defineProblem({
  slug: 'people/passkey-known',
  title: 'This passkey was added before',
  status: 409,
  remedy: 'Use the one there is, or another authenticator.',
})
export const tooManyPasskeys = defineProblem({
  slug: 'people/too-many-passkeys',
  title: 'There are too many passkeys',
  status: 409,
  remedy: 'Remove one that is no longer used.',
})
export const passkeysNotHere = defineProblem({
  slug: 'people/passkeys-not-here',
  title: 'This address cannot have passkeys',
  status: 409,
  remedy:
    'Browsers tie a passkey to a host name and offer it on https:// only, or on http://localhost. Open the console at the address named in `address`, or have API_BASE_URL (or WEB_BASE_URL) say the https:// address.',
})
