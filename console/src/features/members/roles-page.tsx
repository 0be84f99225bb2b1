/** Roles: what each may do, as the server computes it. */
import { Stack, Text, VisuallyHidden } from '@mantine/core'
import { IconCheck } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { type Column, DataTable } from '~/ui/data-table.tsx'
import { capitalize, humanize } from '~/ui/format.ts'
import { Loaded } from '~/ui/loaded.tsx'
import { Page } from '~/ui/page.tsx'
import { Panel } from '~/ui/panel.tsx'
import { TableSkeleton } from '~/ui/skeletons.tsx'
import { type RoleMatrix, rolesQuery } from './queries.ts'

type Permission = RoleMatrix['permissions'][number]
type Scope = Permission['scope']

const titles: Record<Scope, { title: string; note: string }> = {
  tenant: { title: 'In an organisation', note: 'Each role may do what those before it may' },
  platform: { title: 'On the platform', note: 'About the installation; nothing inside an organisation' },
}

/** `/members/roles`. */
export function RolesPage() {
  const query = useQuery(rolesQuery)
  return (
    <Page title="Roles" lead="What a member may do follows from the role alone.">
      <Loaded query={query} skeleton={<TableSkeleton rows={12} />}>
        {(matrix) => (
          <Stack gap="md">
            {(['tenant', 'platform'] as const).map((scope) => (
              <ScopePanel key={scope} scope={scope} matrix={matrix} />
            ))}
          </Stack>
        )}
      </Loaded>
    </Page>
  )
}

function ScopePanel({ scope, matrix }: { scope: Scope; matrix: RoleMatrix }) {
  const roles = matrix.roles.filter((role) => role.scope === scope)
  const permissions = matrix.permissions.filter((permission) => permission.scope === scope)
  return (
    <Panel {...titles[scope]}>
      <Stack gap="md">
        <DataTable
          bare
          caption={`Roles ${titles[scope].title.toLowerCase()}`}
          columns={roleColumns}
          rows={roles}
          rowKey={({ name }) => name}
          minWidth={280}
        />
        <DataTable
          bare
          caption={`Permissions ${titles[scope].title.toLowerCase()}`}
          columns={[permissionColumn, ...roles.map(roleColumn)]}
          rows={permissions}
          rowKey={({ name }) => name}
          minWidth={280 + 90 * roles.length}
        />
      </Stack>
    </Panel>
  )
}

const roleColumns: Column<RoleMatrix['roles'][number]>[] = [
  {
    id: 'name',
    header: 'Role',
    width: 150,
    cell: ({ name }) => (
      <Text inherit fw={500}>
        {capitalize(humanize(name))}
      </Text>
    ),
  },
  { id: 'summary', header: 'What for', cell: ({ summary }) => summary },
]

const permissionColumn: Column<Permission> = {
  id: 'name',
  header: 'Permission',
  cell: ({ name, summary }) => (
    <Stack gap={0} miw={200}>
      <Text inherit>{summary}</Text>
      <Text size="sm" c="dimmed" ff="monospace">
        {name}
      </Text>
    </Stack>
  ),
}

const roleColumn = ({ name: role, permissions }: RoleMatrix['roles'][number]): Column<Permission> => ({
  id: role,
  header: capitalize(humanize(role)),
  align: 'right',
  width: 96,
  cell: ({ name }) =>
    permissions.includes(name) ? (
      <>
        <IconCheck size={18} color="var(--dt-elite)" aria-hidden />
        <VisuallyHidden>yes</VisuallyHidden>
      </>
    ) : (
      <VisuallyHidden>no</VisuallyHidden>
    ),
})
