/** An authenticator in software (WebAuthn, ES256, attestation `none`), built by hand so that each part of an answer can be made wrong. */
import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto'

export type Ceremony = {
  /** The origin of the page that asks. */
  origin?: string
  /** For which address it answers; the one of the options unless said otherwise. */
  rpId?: string
  /** Whether the person proved who they are to it. */
  verified?: boolean
  /** Its counter after this answer; one more than before unless said otherwise. */
  counter?: number
  userHandle?: string | null
}

type Creation = { challenge: string; rp: { id: string }; user: { id: string } }
type Request = { challenge: string; rpId: string }

const sha256 = (data: Uint8Array | string) => createHash('sha256').update(data).digest()
const flagsOf = (verified: boolean, attested: boolean) => 0x01 | (verified ? 0x04 : 0) | (attested ? 0x40 : 0)

/** CBOR of the few shapes that are needed; lengths below 65,536. */
const head = (major: number, length: number) =>
  length < 24
    ? Buffer.from([(major << 5) | length])
    : length < 256
      ? Buffer.from([(major << 5) | 24, length])
      : Buffer.from([(major << 5) | 25, length >> 8, length & 255])
const bytes = (value: Uint8Array) => Buffer.concat([head(2, value.length), value])
const text = (value: string) => Buffer.concat([head(3, Buffer.byteLength(value)), Buffer.from(value)])
const integer = (value: number) => (value < 0 ? head(1, -1 - value) : head(0, value))
const map = (...entries: Buffer[]) => Buffer.concat([head(5, entries.length / 2), ...entries])

export function softwareAuthenticator(origin: string) {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const { x, y } = publicKey.export({ format: 'jwk' })
  const coordinate = (value: string | undefined) => bytes(Buffer.from(value!, 'base64url'))
  const cose = map(
    ...[integer(1), integer(2), integer(3), integer(-7), integer(-1), integer(1)],
    ...[integer(-2), coordinate(x), integer(-3), coordinate(y)],
  )
  const credentialId = randomBytes(32)
  const id = credentialId.toString('base64url')
  let counter = 0
  let handle: string | undefined

  const clientData = (type: string, challenge: string, asked: Ceremony) =>
    Buffer.from(JSON.stringify({ type, challenge, origin: asked.origin ?? origin, crossOrigin: false }))
  function authenticatorData(rpId: string, asked: Ceremony, attested: Buffer) {
    counter = asked.counter ?? counter + 1
    const count = Buffer.alloc(4)
    count.writeUInt32BE(counter)
    const flags = Buffer.from([flagsOf(asked.verified ?? true, attested.length > 0)])
    return Buffer.concat([sha256(asked.rpId ?? rpId), flags, count, attested])
  }

  return {
    id,
    /** `navigator.credentials.create`, as JSON. */
    create({ challenge, rp, user }: Creation, asked: Ceremony = {}) {
      handle = user.id
      const length = Buffer.from([credentialId.length >> 8, credentialId.length & 255])
      const authData = authenticatorData(rp.id, asked, Buffer.concat([Buffer.alloc(16), length, credentialId, cose]))
      const attestation = map(text('fmt'), text('none'), text('attStmt'), map(), text('authData'), bytes(authData))
      return {
        id,
        rawId: id,
        type: 'public-key',
        clientExtensionResults: {},
        response: {
          clientDataJSON: clientData('webauthn.create', challenge, asked).toString('base64url'),
          attestationObject: attestation.toString('base64url'),
          transports: ['internal'],
        },
      }
    },
    /** `navigator.credentials.get`, as JSON. */
    get({ challenge, rpId }: Request, asked: Ceremony = {}) {
      const data = clientData('webauthn.get', challenge, asked)
      const authData = authenticatorData(rpId, asked, Buffer.alloc(0))
      const signature = sign('sha256', Buffer.concat([authData, sha256(data)]), privateKey)
      return {
        id,
        rawId: id,
        type: 'public-key',
        clientExtensionResults: {},
        response: {
          clientDataJSON: data.toString('base64url'),
          authenticatorData: authData.toString('base64url'),
          signature: signature.toString('base64url'),
          userHandle: asked.userHandle === undefined ? handle : asked.userHandle,
        },
      }
    },
  }
}
