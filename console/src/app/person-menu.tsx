/** Who looks: their account, the colours they like, the way out. */
import { Box, Menu, useMantineColorScheme } from '@mantine/core'
import {
  IconCheck,
  IconDeviceDesktop,
  IconKeyboard,
  IconLogout,
  IconMoon,
  IconSun,
  IconUser,
} from '@tabler/icons-react'
import { useNavigate } from '@tanstack/react-router'
import { useFinder } from './finder.tsx'
import { PersonButton } from './person-button.tsx'
import { roleWords, useSession } from './session.tsx'
import { SideMenu } from './side-menu.tsx'
import { useSignOut } from './sign-out.ts'

const schemes = [
  { value: 'auto', label: 'Colours like the system', icon: IconDeviceDesktop },
  { value: 'light', label: 'Light colours', icon: IconSun },
  { value: 'dark', label: 'Dark colours', icon: IconMoon },
] as const

/** The menu at the foot of the side bar, open when it is first shown. */
export function PersonMenu({ onNavigate }: { onNavigate: () => void }) {
  const session = useSession()
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  const { openShortcuts } = useFinder()
  const navigate = useNavigate()
  const signOut = useSignOut()
  const account = () => {
    onNavigate()
    void navigate({ to: '/account' })
  }
  return (
    <SideMenu button={<PersonButton />} position="top-start" width={260}>
      {session.person ? (
        <Menu.Label>
          {session.person.email}
          {session.platform_role ? <Box>{roleWords(session.platform_role)}</Box> : null}
        </Menu.Label>
      ) : null}
      <Menu.Item leftSection={<IconUser size={16} />} onClick={account}>
        Account
      </Menu.Item>
      <Menu.Item leftSection={<IconKeyboard size={16} />} onClick={openShortcuts}>
        Keyboard shortcuts
      </Menu.Item>
      <Menu.Divider />
      {schemes.map(({ value, label, icon: Icon }) => (
        <Menu.Item
          key={value}
          leftSection={<Icon size={16} />}
          rightSection={colorScheme === value ? <IconCheck size={16} aria-label="chosen" /> : null}
          onClick={() => setColorScheme(value)}
        >
          {label}
        </Menu.Item>
      ))}
      <Menu.Divider />
      <Menu.Item leftSection={<IconLogout size={16} />} onClick={signOut}>
        Sign out
      </Menu.Item>
    </SideMenu>
  )
}
