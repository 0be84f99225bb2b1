/** The two ceremonies of WebAuthn. What is signed and how is the library's to check; whether it was asked for is ours. */
import type { RelyingParty } from './relying-party.ts'
import type { PasskeyAssertion, PasskeyAttestation } from './schemas.ts'

export type Party = Extract<RelyingParty, { possible: true }>

/** Loaded with the first passkey: an instance without any pays nothing. */
const library = () => import('@simplewebauthn/server')

/** EdDSA, ES256, RS256 (COSE): between them, every authenticator there is. */
export const algorithms = [-8, -7, -257]
export const timeoutMs = 300_000
const knownTransports = new Set(['ble', 'cable', 'hybrid', 'internal', 'nfc', 'smart-card', 'usb'])

export type VerifiedPasskey = {
  readonly credentialId: Buffer
  readonly publicKey: Buffer
  readonly counter: number
  readonly transports: readonly string[]
  readonly synced: boolean
}

/** The handle that an authenticator keeps beside the key: the person's id as its 16 bytes, which says nothing about them. */
export const userHandle = (personId: string): string =>
  Buffer.from(personId.replaceAll('-', ''), 'hex').toString('base64url')

/** The challenge that the browser says was signed; undefined where it says nothing we can read. */
export function challengeIn(clientDataJSON: string): string | undefined {
  try {
    const data: unknown = JSON.parse(Buffer.from(clientDataJSON, 'base64url').toString('utf8'))
    const challenge = (data as { challenge?: unknown } | null)?.challenge
    return typeof challenge === 'string' && challenge.length <= 100 ? challenge : undefined
  } catch {
    return undefined
  }
}

/** Undefined when anything is amiss: origin, address, challenge, presence or verification of the person, the signature. */
export async function verifyAttestation(
  party: Party,
  challenge: string,
  response: PasskeyAttestation,
): Promise<VerifiedPasskey | undefined> {
  const { verifyRegistrationResponse } = await library()
  try {
    const { verified, registrationInfo } = await verifyRegistrationResponse({
      response: { ...response, clientExtensionResults: {} } as never,
      expectedChallenge: challenge,
      expectedOrigin: [...party.origins],
      expectedRPID: party.id,
      requireUserVerification: true,
      supportedAlgorithmIDs: algorithms,
    })
    if (!verified) return undefined
    const { credential, credentialDeviceType } = registrationInfo
    return {
      credentialId: Buffer.from(credential.id, 'base64url'),
      publicKey: Buffer.from(credential.publicKey),
      counter: credential.counter,
      transports: (response.response.transports ?? []).filter((name) => knownTransports.has(name)),
      synced: credentialDeviceType === 'multiDevice',
    }
  } catch {
    return undefined
  }
}

/**
 * Undefined when anything is amiss. The counter is not compared here: that it went back means something only beside a good
 * signature, and then it is to be written down.
 */
export async function verifyAssertion(
  party: Party,
  challenge: string,
  passkey: { credentialId: Buffer; publicKey: Buffer },
  response: PasskeyAssertion,
): Promise<{ counter: number; synced: boolean } | undefined> {
  const { verifyAuthenticationResponse } = await library()
  try {
    const { verified, authenticationInfo } = await verifyAuthenticationResponse({
      response: { ...response, clientExtensionResults: {} } as never,
      expectedChallenge: challenge,
      expectedOrigin: [...party.origins],
      expectedRPID: party.id,
      requireUserVerification: true,
      credential: {
        id: passkey.credentialId.toString('base64url'),
        publicKey: new Uint8Array(passkey.publicKey),
        counter: 0,
      },
    })
    if (!verified) return undefined
    const { newCounter, credentialDeviceType } = authenticationInfo
    return { counter: newCounter, synced: credentialDeviceType === 'multiDevice' }
  } catch {
    return undefined
  }
}

/** An authenticator that counts must count up; one that does not stays at 0. */
export const counterWentBack = (known: number, now: number): boolean => (now > 0 || known > 0) && now <= known
