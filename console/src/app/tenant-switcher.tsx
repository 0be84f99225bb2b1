/** Which tenant is looked at, and the others one may go to. */
import { Menu, Text } from '@mantine/core'
import { IconCheck, IconSearch } from '@tabler/icons-react'
import { useFinder } from './finder.tsx'
import { roleWords, useSession } from './session.tsx'
import { SideMenu } from './side-menu.tsx'
import { useSwitchTenant } from './switch-tenant.ts'
import { TenantButton } from './tenant-button.tsx'

/** More than these are searched sooner than read. */
const mostListed = 7

/** The menu at the head of the side bar, open when it is first shown. */
export function TenantSwitcher({ onNavigate }: { onNavigate: () => void }) {
  const { tenant, tenants } = useSession()
  const { openTenants } = useFinder()
  const moveTo = useSwitchTenant()
  const here = tenants.filter(({ id }) => id === tenant?.id)
  const shown = [...here, ...tenants.filter(({ id }) => id !== tenant?.id)].slice(0, mostListed)
  return (
    <SideMenu button={<TenantButton />} position="bottom-start" width={280}>
      {shown.map(({ id, name, role }) => (
        <Menu.Item
          key={id}
          onClick={() => (id === tenant?.id ? undefined : moveTo(id))}
          rightSection={id === tenant?.id ? <IconCheck size={16} aria-label="this one" /> : null}
        >
          {name}
          <Text size="xs" c="dimmed">
            {roleWords(role)}
            {id === tenant?.id && tenant.support ? ', for support' : ''}
          </Text>
        </Menu.Item>
      ))}
      {shown.length === 0 ? <Menu.Item disabled>You belong to no tenant.</Menu.Item> : null}
      {tenants.length > mostListed ? (
        <Menu.Item
          leftSection={<IconSearch size={16} />}
          onClick={() => {
            onNavigate()
            openTenants()
          }}
        >
          Search all {tenants.length}
        </Menu.Item>
      ) : null}
    </SideMenu>
  )
}
