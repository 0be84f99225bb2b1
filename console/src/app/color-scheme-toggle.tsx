/** Light, dark, or what the system says, one after the other. */
import { ActionIcon, Tooltip, useMantineColorScheme } from '@mantine/core'
import { IconDeviceDesktop, IconMoon, IconSun } from '@tabler/icons-react'

const schemes = {
  auto: { label: 'Colours like the system', icon: IconDeviceDesktop, next: 'light' },
  light: { label: 'Light colours', icon: IconSun, next: 'dark' },
  dark: { label: 'Dark colours', icon: IconMoon, next: 'auto' },
} as const

/** A button that goes round the three; kept in this browser. */
export function ColorSchemeToggle() {
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  const { label, icon: Icon, next } = schemes[colorScheme]
  const hint = `${label}; next: ${schemes[next].label.toLowerCase()}`
  return (
    <Tooltip label={hint}>
      <ActionIcon variant="default" size="lg" aria-label={hint} onClick={() => setColorScheme(next)}>
        <Icon size={18} stroke={1.6} />
      </ActionIcon>
    </Tooltip>
  )
}
