/** The columns of the list of members. */
import { Group, Text } from '@mantine/core'
import type { Column } from '~/ui/data-table.tsx'
import { TextLink } from '~/ui/link.tsx'
import { PersonCell } from '~/ui/person-cell.tsx'
import { type RowAction, RowMenu } from '~/ui/row-menu.tsx'
import { Tag } from '~/ui/tag.tsx'
import { Moment } from '~/ui/time.tsx'
import type { Member } from './queries.ts'
import { RoleTag } from './role-tag.tsx'

/** Whether they can act here, and if not, why. */
export function MemberStatus({ member }: { member: Member }) {
  if (member.account === 'disabled') return <Tag>account disabled</Tag>
  return member.status === 'active' ? <Tag tone="good">active</Tag> : <Tag tone="warning">suspended</Tag>
}

type ColumnsProps = {
  ownId: string | undefined
  mayReadAudit: boolean
  /** Absent when the session may not change members. */
  actionsOf: ((member: Member) => RowAction[]) | undefined
}

export const memberColumns = ({ ownId, mayReadAudit, actionsOf }: ColumnsProps): Column<Member>[] => [
  {
    id: 'who',
    header: 'Person',
    sortBy: ({ name }) => name,
    cell: ({ name, email, person_id: id }) => (
      <PersonCell
        name={
          <Group gap={6}>
            {mayReadAudit ? (
              <TextLink to="/audit" search={{ actor: id }} fw={500} title={`What ${name} did`}>
                {name}
              </TextLink>
            ) : (
              <Text inherit fw={500}>
                {name}
              </Text>
            )}
            {id === ownId ? <Tag>you</Tag> : null}
          </Group>
        }
        email={email}
      />
    ),
  },
  { id: 'role', header: 'Role', sortBy: ({ role }) => role, cell: ({ role }) => <RoleTag role={role} /> },
  { id: 'status', header: 'Status', phone: false, cell: (member) => <MemberStatus member={member} /> },
  {
    id: 'second-factor',
    header: 'Second factor',
    phone: false,
    sortBy: ({ second_factor: has }) => Number(has),
    cell: ({ second_factor: has }) => (has ? 'yes' : <Tag tone="warning">none</Tag>),
  },
  {
    id: 'seen',
    header: 'Last seen',
    phone: false,
    sortBy: ({ last_seen_at: at }) => at,
    cell: ({ last_seen_at: at }) => (at ? <Moment value={at} /> : 'never'),
  },
  { id: 'joined', header: 'Joined', phone: false, cell: ({ joined_at: at }) => <Moment value={at} /> },
  ...(actionsOf
    ? [
        {
          id: 'actions',
          header: 'Actions',
          align: 'right' as const,
          cell: (member: Member) => <RowMenu of={member.name} actions={actionsOf(member)} />,
        },
      ]
    : []),
]
