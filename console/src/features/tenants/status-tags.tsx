/** Where a tenant, a registration or an account stands. */
import { Tag, type Tone } from '~/ui/tag.tsx'
import type { Person, Registration, Tenant } from './queries.ts'

const tenantTones: Record<Tenant['status'], Tone> = { ready: 'good', suspended: 'warning', removed: 'plain' }
const registrationTones: Record<Registration['status'], Tone> = {
  requested: 'info',
  approved: 'good',
  rejected: 'plain',
}

export const TenantStatusTag = ({ status }: { status: Tenant['status'] }) => (
  <Tag tone={tenantTones[status]}>{status}</Tag>
)

export const RegistrationStatusTag = ({ status }: { status: Registration['status'] }) => (
  <Tag tone={registrationTones[status]}>{status}</Tag>
)

export const AccountTag = ({ status }: { status: Person['status'] }) => (
  <Tag tone={status === 'active' ? 'good' : 'plain'}>{status}</Tag>
)

/** `platform admin` or `support`; nothing for people without one. */
export const PlatformRoleTag = ({ role }: { role: Person['platform_role'] }) =>
  role === null ? null : (
    <Tag tone={role === 'platform_admin' ? 'info' : 'warning'}>
      {role === 'platform_admin' ? 'platform admin' : role}
    </Tag>
  )
