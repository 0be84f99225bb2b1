/** Who is signed in and their account, for looking at the console. */
import { sessionReply } from '../../src/modules/access/schemas.ts'
import { addedPasskey, passkeyCreationOptions } from '../../src/modules/people/passkeys/schemas.ts'
import {
  accountChange,
  accountReply,
  endedSessions,
  ownSessions,
  passwordChange,
} from '../../src/modules/people/schemas.ts'
import {
  recoveryCodes,
  secondFactorList,
  totpConfirmation,
  totpConfirmed,
  totpEnrolment,
} from '../../src/modules/people/second-factor/schemas.ts'
import { supportAccessList } from '../../src/modules/tenants/schemas.ts'
import { dayMs, iso, now } from './fixture-data.ts'
import { as, checked, type Reply } from './fixture-reply.ts'

const person = { id: '018f3c2a-9999-7000-8000-000000000001', email: 'maria@acme.example', name: 'Maria Lindqvist' }
const uuid = (last: number) => `018f3c2a-8888-7000-8000-${String(last).padStart(12, '0')}`
const tenant = (last: number, name: string, role: string) => ({ id: uuid(last), name, role })
const few = [tenant(1, 'Acme Outfitters', 'owner'), tenant(2, 'Acme Staging', 'admin')]
const names = ['Birch Bank', 'Cobalt Freight', 'Dune Energy', 'Elm Street Foods', 'Fjord Ferries', 'Granite Insurance']
const many = [...few, ...names.map((name, index) => tenant(10 + index, name, index % 2 ? 'viewer' : 'member'))]
const readerRights = [
  'queue:read',
  'operations:read',
  'admin:read',
  'pulse:read',
  'connections:read',
  'notifications:read',
  'settings:read',
  'members:read',
  'session:read',
]

export function session(mode: string): Reply {
  const none = mode === 'no-tenant' || mode === 'closed-tenant'
  const tenants = mode === 'no-tenant' ? [] : mode === 'many-tenants' ? many : few
  const current = { ...tenants[0]!, time_zone: 'Europe/Berlin', support: mode === 'support' }
  return as(sessionReply, {
    actor: { type: 'person', name: person.name },
    person,
    tenant: none
      ? null
      : { ...current, role: mode === 'support' ? 'operator' : mode === 'reader' ? 'viewer' : 'owner' },
    tenants,
    platform_role: mode === 'support' ? 'support' : mode === 'reader' || none ? null : 'platform_admin',
    second_factor_required: mode === 'factor-first',
    permissions: mode === 'reader' ? readerRights : none ? ['session:read'] : ['*'],
  })
}

const codes = ['7k2m-x9fq-3hrt-p4vn', 'c8wd-5jzy-m2gk-q7xb', 'n4tr-h9vp-6fxd-z3ks', 'y6qb-2mwk-8cjt-r5hg']
const passkey = (last: number, name: string, synced: boolean) => ({
  id: uuid(last),
  name,
  synced,
  transports: ['internal'],
  created_at: iso(now - 40 * dayMs),
  last_used_at: synced ? iso(now - 7_000_000) : null,
})

const factors = (empty: boolean) => ({
  totp: empty ? null : { confirmed_at: iso(now - 90 * dayMs), last_used_at: iso(now - 2 * dayMs) },
  passkeys: empty ? [] : [passkey(21, 'Laptop', true), passkey(22, 'Key on the ring', false)],
  recovery_codes: { left: empty ? 0 : 3, made_at: empty ? null : iso(now - 90 * dayMs) },
  required: false,
  confirmed_until: null,
  passkeys_here: empty
    ? { possible: false, why: 'Browsers have no passkeys at an address of numbers.', address: 'http://localhost:3333' }
    : { possible: true, why: null, address: null },
})

const agents = [
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:140.0) Gecko/20100101 Firefox/140.0',
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1',
  'curl/8.9.1',
]
const sessions = agents.map((userAgent, index) => ({
  id: uuid(30 + index),
  current: index === 0,
  method: (['passkey', 'password', 'password'] as const)[index],
  second_factor: index < 2,
  client: ['192.0.2.17', '2001:db8::8a2e:370:7334', null][index],
  user_agent: userAgent,
  created_at: iso(now - index * 3 * dayMs - 5_000_000),
  last_seen_at: iso(now - index * 9_000_000),
  expires_at: iso(now + 6 * dayMs),
  ends_at: iso(now + 27 * dayMs),
}))

/** The reply to a look, or null for what does not exist. */
export function lookAtAccount(path: string, mode: string): Reply {
  switch (path) {
    case '/session':
      return session(mode)
    case '/account':
      return as(accountReply, {
        ...person,
        platform_role: null,
        has_password: true,
        password_changed_at: iso(now - 200 * dayMs),
        created_at: iso(now - 400 * dayMs),
      })
    case '/account/second-factors':
      return as(secondFactorList, factors(mode === 'empty' || mode === 'factor-first'))
    case '/account/sessions':
      return as(ownSessions, { sessions: mode === 'empty' ? sessions.slice(0, 1) : sessions })
    case '/support-access':
      if (mode !== 'support') return null
      return as(supportAccessList, {
        support_accesses: [
          {
            id: uuid(40),
            tenant_id: few[0]!.id,
            person_id: person.id,
            person: person.name,
            role: 'operator',
            reason: 'Deployments of Friday do not show up',
            opened_at: iso(now - 1_000_000),
            until: iso(now + 2_500_000),
            closed_at: null,
            open: true,
          },
        ],
        next_cursor: null,
      })
    default:
      return null
  }
}

/** The reply to a change, or null for what is none of the account's. */
export function changeAccount(method: string, path: string, body: unknown): Reply {
  switch (`${method} ${path}`) {
    case 'PATCH /account':
      return checked(accountChange, body, (value) => {
        const reply = lookAtAccount('/account', 'full') as { body: object }
        return as(accountReply, { ...reply.body, ...(value as object) })
      })
    case 'POST /account/password':
      return checked(passwordChange, body, () => ({ body: { status: 'signed-in', expires_in: 900 } }))
    case 'POST /account/totp':
      return as(totpEnrolment, {
        secret: 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP',
        uri: 'otpauth://totp/daytwo:maria%40acme.example?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=daytwo',
        expires_in_seconds: 900,
      })
    case 'POST /account/totp/confirm':
      return checked(totpConfirmation, body, () =>
        as(totpConfirmed, { recovery_codes: [...codes, ...codes.map(turned)] }),
      )
    case 'POST /account/recovery-codes':
      return as(recoveryCodes, { recovery_codes: [...codes, ...codes.map(turned)] })
    case 'POST /account/sessions/end-others':
      return as(endedSessions, { ended: 2 })
    case 'POST /account/passkeys/options':
      return as(passkeyCreationOptions, {
        rp: { id: 'localhost', name: 'daytwo' },
        user: { id: 'AAAA', name: person.email, displayName: person.name },
        challenge: 'AAAAAAAAAAAAAAAAAAAAAA',
        pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
        timeout: 300_000,
        excludeCredentials: [],
        authenticatorSelection: { residentKey: 'required', requireResidentKey: true, userVerification: 'required' },
        attestation: 'none',
      })
    case 'POST /account/passkeys':
      return as(addedPasskey, { passkey: passkey(23, 'Passkey', true), recovery_codes: null })
    default:
      return null
  }
}

const turned = (code: string) => [...code].toReversed().join('')
