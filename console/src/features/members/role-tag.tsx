/** A role as a tag; those who may change members stand out. */
import { Tag, type Tone } from '~/ui/tag.tsx'
import type { Role } from './queries.ts'

const tones: Partial<Record<Role, Tone>> = { owner: 'good', admin: 'info', operator: 'warning' }

export const RoleTag = ({ role }: { role: Role }) => <Tag tone={tones[role] ?? 'plain'}>{role}</Tag>
