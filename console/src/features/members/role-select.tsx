/** Chooses a role, at most the chooser's own, and says what it may do. */
import { Select, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useSession } from '~/app/session.tsx'
import { capitalize } from '~/ui/format.ts'
import { type Role, rolesQuery, rolesUpTo } from './queries.ts'

type RoleSelectProps = { value: Role; onChange: (role: Role) => void; error?: string | undefined; autoFocus?: boolean }

export function RoleSelect({ value, onChange, error, autoFocus }: RoleSelectProps) {
  const { tenant } = useSession()
  const summaries = useQuery(rolesQuery).data?.roles
  const summary = summaries?.find(({ name }) => name === value)?.summary
  return (
    <div>
      <Select
        label="Role"
        data={rolesUpTo(tenant?.role).map((role) => ({ value: role, label: capitalize(role) }))}
        allowDeselect={false}
        value={value}
        onChange={(next) => onChange((next ?? value) as Role)}
        error={error}
        {...(autoFocus ? { 'data-autofocus': true } : {})}
      />
      <Text size="sm" c="dimmed" mt={4} mih="1.5em">
        {summary}
      </Text>
    </div>
  )
}
