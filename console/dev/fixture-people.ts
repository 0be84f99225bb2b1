/** Members, tenants, single sign-on and mails for looking at the console. */
import { iso, now } from './fixture-data.ts'

export const hour = 3_600_000
export const day = 24 * hour
export const ago = (ms: number) => iso(now - ms)
export const id = (number: number) => `018f3c2a-2222-7000-8000-${String(number).padStart(12, '0')}`

export const names = [
  ['Ada Lovelace', 'owner', 0.01, true],
  ['Grace Hopper', 'admin', 0.2, true],
  ['Katherine Johnson', 'operator', 1.4, true],
  ['Hedy Lamarr', 'member', 3, false],
  ['Annie Easley', 'member', 140, false],
  ['Radia Perlman', 'viewer', 8, true],
  ['Margaret Hamilton-Featherstonehaugh', 'viewer', null, false],
] as const

const mailOf = (name: string) => `${name.toLowerCase().replaceAll(/[^a-z]+/g, '.')}@acme.example`

export const members = names.map(([name, role, seen, factor], index) => ({
  person_id: id(index + 1),
  email: mailOf(name),
  name,
  role,
  status: index === 3 ? ('suspended' as const) : ('active' as const),
  account: index === 5 ? ('disabled' as const) : ('active' as const),
  source: (['first', 'invitation', 'sso', 'invitation', 'registration', 'sso', 'command'] as const)[index]!,
  second_factor: factor,
  joined_at: ago((200 - index * 12) * day),
  last_seen_at: seen === null ? null : ago(seen * day),
}))

export const invitations = [
  { email: 'dorothy.vaughan@acme.example', role: 'admin' as const, state: 'pending' as const, sent: 0.4 },
  { email: 'mary.jackson@acme.example', role: 'viewer' as const, state: 'expired' as const, sent: 9 },
].map(({ sent, ...given }, index) => ({
  id: id(100 + index),
  ...given,
  invited_by: 'Ada Lovelace',
  created_at: ago((sent + 1) * day),
  sent_at: ago(sent * day),
  expires_at: ago((sent - 7) * day),
  accepted_at: null,
}))

const ladder = ['viewer', 'member', 'operator', 'admin', 'owner'] as const
const platformLadder = ['support', 'platform_admin'] as const
const summaries: Record<string, string> = {
  viewer: 'Looks, and changes nothing',
  member: 'Works with streams and incidents',
  operator: 'Keeps queues and alerts in order',
  admin: 'Invites people and makes keys',
  owner: 'Answers for all of it',
  support: 'Looks after the installation, and into a tenant with a reason',
  platform_admin: 'Makes and ends tenants and accounts',
}
const permissions = [
  ['delivery:read', 'See streams, deployments, incidents and delivery metrics', 'viewer'],
  ['metrics:read', 'Read metrics', 'viewer'],
  ['members:read', 'See members, invitations and roles', 'viewer'],
  ['delivery:write', 'Change streams and say what caused an incident', 'member'],
  ['queue:write', 'Requeue dead letters', 'operator'],
  ['admin:write', 'Acknowledge alerts', 'operator'],
  ['keys:write', 'List, create, rotate and revoke API keys', 'admin'],
  ['members:write', 'Invite, change and remove members', 'admin'],
  ['audit:read', 'Read the audit trail', 'admin'],
  ['tenants:read', 'See all tenants and who asks for one', 'support'],
  ['mail:read', 'See which mails were written and how they fared', 'support'],
  ['tenants:write', 'Make, approve, suspend and remove tenants', 'platform_admin'],
] as const

export const roleMatrix = {
  roles: [...ladder, ...platformLadder].map((name) => {
    const own: readonly string[] = (ladder as readonly string[]).includes(name) ? ladder : platformLadder
    return {
      name,
      scope: own === ladder ? 'tenant' : 'platform',
      summary: summaries[name]!,
      permissions: permissions
        .filter(([, , least]) => own.includes(least) && own.indexOf(least) <= own.indexOf(name))
        .map(([permission]) => permission),
    }
  }),
  permissions: permissions.map(([name, summary, least]) => ({
    name,
    summary,
    scope: (ladder as readonly string[]).includes(least) ? 'tenant' : 'platform',
    least,
  })),
}

export const supportAccesses = [
  {
    person: 'Joan Clarke',
    reason: 'Webhooks are refused since Monday, ticket 4711',
    role: 'viewer',
    open: true,
    at: 0.4,
  },
  { person: 'Joan Clarke', reason: 'Import of the history stopped at half', role: 'operator', open: false, at: 400 },
].map(({ at, open, ...given }, index) => ({
  id: id(200 + index),
  tenant_id: id(900),
  person_id: id(50),
  ...given,
  opened_at: ago(at * hour),
  until: ago((at - 1) * hour),
  closed_at: open ? null : ago((at - 0.5) * hour),
  open,
}))

export const accessReview = (empty: boolean) => {
  const all = (empty ? members.slice(0, 1) : members).map((member) => ({
    ...member,
    stale: member.last_seen_at === null || Date.parse(member.last_seen_at) < now - 90 * day,
  }))
  const active = all.filter(({ status }) => status === 'active')
  return {
    members: all,
    counts: {
      members: all.length,
      admins: active.filter(({ role }) => role === 'owner' || role === 'admin').length,
      owners: 1,
      stale: all.filter(({ stale }) => stale).length,
      without_second_factor: active.filter(({ second_factor: has }) => !has).length,
      suspended: all.length - active.length,
      pending_invitations: empty ? 0 : 1,
      open_support_accesses: empty ? 0 : 1,
    },
    keys: {
      active: empty ? 0 : 4,
      never_used: empty ? 0 : 1,
      unused: empty ? 0 : 2,
      last_used_at: empty ? null : ago(hour),
    },
    last_completed: empty ? null : { at: ago(104 * day), by: 'Ada Lovelace', note: 'All as it should be' },
  }
}

const tenantNames = [
  'Acme Outfitters',
  'Bright Harbour Shipping',
  'Cobalt Foods',
  'Delta Analytics',
  'Evergreen Housing',
]
export const tenants = tenantNames.map((name, index) => ({
  id: id(900 + index),
  slug: name.toLowerCase().replaceAll(' ', '-'),
  name,
  time_zone: ['Europe/Berlin', 'America/New_York', 'UTC', 'Asia/Kolkata', 'Europe/Oslo'][index]!,
  status: (['ready', 'ready', 'suspended', 'ready', 'removed'] as const)[index]!,
  plan: (['enterprise', 'pro', 'core', 'core', 'core'] as const)[index]!,
  modules: index === 0 ? ['delivery', 'incidents', 'alerts', 'operations', 'retention'] : ['delivery', 'alerts'],
  created_at: ago((400 - index * 60) * day),
  status_changed_at: index === 2 || index === 4 ? ago(index * 3 * day) : null,
  members: [7, 23, 4, 11, 0][index]!,
  owners: [1, 2, 1, 1, 0][index]!,
  pending_invitations: [1, 0, 0, 3, 0][index]!,
  last_seen_at: index === 4 ? null : ago(index * 9 * hour),
}))

export const registrations = [
  ['Fjord Robotics', 'Alan Turing', 'requested'],
  ['Granite Insurance', 'Barbara Liskov', 'requested'],
  ['Harbour Lights', 'Edsger Dijkstra', 'approved'],
  ['Qwertz', 'Test Test', 'rejected'],
].map(([organisation, name, status], index) => ({
  id: id(300 + index),
  email: mailOf(name!),
  name: name!,
  organisation: organisation!,
  status: status!,
  requested_at: ago((index * 30 + 5) * hour),
  decided_at: status === 'requested' ? null : ago(index * 20 * hour),
  decided_by: status === 'requested' ? null : 'Ada Lovelace',
  reason: status === 'rejected' ? 'We could not reach you under this address.' : null,
  tenant_id: status === 'approved' ? id(901) : null,
}))

export const people = members.map((member, index) => ({
  id: member.person_id,
  email: member.email,
  name: member.name,
  status: member.account,
  platform_role: index === 0 ? ('platform_admin' as const) : index === 2 ? ('support' as const) : null,
  created_at: member.joined_at,
  last_seen_at: member.last_seen_at,
  tenants:
    index === 4
      ? []
      : tenants
          .slice(0, index === 1 ? 3 : 1)
          .map(({ id: tenant, slug, name }) => ({ id: tenant, slug, name, role: member.role, status: member.status })),
}))

export const mappings = (empty: boolean) => ({
  mappings: empty
    ? []
    : [
        {
          group: '7d1f0f9e-6f0d-4a53-9a35-6f3a4c2f9e11',
          note: 'Platform team',
          platform_role: 'platform_admin',
          tenant: null,
        },
        {
          group: '1c2b7a55-90aa-4d5f-8d2c-0f5a6f1d7b22',
          note: 'Shop developers',
          platform_role: null,
          tenant: 'Acme Outfitters',
        },
        { group: 'daytwo-viewers', note: null, platform_role: null, tenant: 'Bright Harbour Shipping' },
      ].map(({ tenant, ...given }, index) => ({
        id: id(400 + index),
        ...given,
        tenant_id: tenant ? id(899 + index) : null,
        tenant_name: tenant,
        role: tenant ? (index === 1 ? 'member' : 'viewer') : null,
        created_at: ago((index + 1) * 20 * day),
      })),
  provider: empty
    ? null
    : {
        label: 'Acme single sign-on',
        issuer: 'https://login.acme.example/0f7e/v2.0',
        client_id: '3c0d6a1e-daytwo',
        redirect_uri: 'https://daytwo.acme.example/auth/social/callback',
        group_claim: 'groups',
        allowed_tenants: ['0f7e1c3a-acme'],
      },
  next_cursor: null,
})

const mailTexts = [
  ['You are invited to Acme Outfitters', 'invitation', 'kept', null],
  ['Reset your password', 'reset', 'sent', '250 2.0.0 Ok: queued as 4F1B2'],
  ['Your organisation is ready', 'registration', 'waiting', null],
  ['You are invited to Cobalt Foods', 'invitation', 'failed', null],
] as const

export const mails = mailTexts.map(([subject, purpose, state, answer], index) => ({
  id: 70 - index,
  tenant_id: id(900),
  to: ['dorothy.vaughan@acme.example', 'ada.lovelace@acme.example', 'alan.turing@fjord.example', 'mary@cobalt.example'][
    index
  ]!,
  subject,
  purpose,
  state,
  attempts: [0, 1, 2, 8][index]!,
  answer,
  last_error:
    state === 'failed'
      ? '550 5.1.1 mary@cobalt.example: recipient address rejected'
      : state === 'waiting'
        ? 'connect: timed out after 10 s'
        : null,
  created_at: ago((index * 7 + 1) * hour),
  sent_at: state === 'sent' ? ago(index * 7 * hour) : null,
  due_at: state === 'waiting' ? ago(-6 * 60_000) : null,
  can_send_again: state === 'failed' || state === 'kept',
}))

export const mailDetail = (number: number) => {
  const mail = mails.find((row) => row.id === number)
  if (!mail) return null
  const link = 'http://127.0.0.1:3000/invitation#token=n0tArealTokenJustAPicture000000'
  return {
    ...mail,
    text:
      mail.state === 'sent'
        ? null
        : `Hello,\n\nAda Lovelace invites you to Acme Outfitters as admin.\n\nAccept it here, within seven days:\n${link}\n\nIf you did not expect this, nothing happens when you do nothing.\n`,
  }
}

export const allowances = (tenant: string | null, empty: boolean) => ({
  allowances: (empty
    ? []
    : [
        { target: '10.20.0.0/16', reason: 'Jira Data Center of Acme stands there', tenant_id: id(900) },
        { target: 'gitlab.internal:8443', reason: 'Webhooks to the build farm', tenant_id: id(901) },
      ]
  )
    .map((given, index) => ({
      id: id(600 + index),
      ...given,
      created_at: ago((index + 2) * 9 * day),
      created_by: 'Ada Lovelace',
    }))
    .filter(({ tenant_id: of }) => tenant === null || of === tenant),
  of_installation: empty ? [] : ['127.0.0.0/8', 'smtp.acme.internal:587'],
})
