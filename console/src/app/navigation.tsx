/** Where one can go, in groups. */
import { Box, Stack, Text } from '@mantine/core'
import {
  IconActivity,
  IconAddressBook,
  IconAdjustments,
  IconAlertCircle,
  IconArrowsSplit2,
  IconBell,
  IconBuildings,
  IconCalendarStats,
  IconCalendarTime,
  IconChartDots,
  IconClipboardCheck,
  IconDatabase,
  IconGauge,
  IconGitCompare,
  IconHeartbeat,
  IconHome,
  IconInbox,
  IconKey,
  IconMailForward,
  IconMailOff,
  IconMessageHeart,
  IconNetwork,
  IconPlug,
  IconRocket,
  IconRun,
  IconShieldSearch,
  IconSpeakerphone,
  IconUsers,
  IconUsersGroup,
} from '@tabler/icons-react'
import { useLocation } from '@tanstack/react-router'
import { type ComponentType, useEffect, useRef } from 'react'
import { NavigationLink } from '~/ui/link.tsx'
import { OpenAlerts } from './open-alerts.tsx'
import { useRights } from './session.tsx'

type NavigationEntry = {
  readonly to: string
  readonly label: string
  readonly icon: ComponentType<{ size?: number; stroke?: number }>
  readonly may?: string
}
type NavigationGroup = { readonly label: string; readonly links: readonly NavigationEntry[] }

/** Pages by group. `may`: who does not hold that permission does not see the entry. */
export const navigationGroups: readonly NavigationGroup[] = [
  { label: '', links: [{ to: '/', label: 'Home', icon: IconHome }] },
  {
    label: 'Delivery',
    links: [
      { to: '/delivery', label: 'Overview', icon: IconGauge },
      { to: '/flow', label: 'Flow', icon: IconChartDots },
      { to: '/sprints', label: 'Sprints', icon: IconRun },
      { to: '/deployments', label: 'Deployments', icon: IconRocket },
      { to: '/incidents', label: 'Incidents', icon: IconAlertCircle },
      { to: '/forecasts', label: 'Forecasts', icon: IconCalendarStats },
      { to: '/streams', label: 'Streams', icon: IconArrowsSplit2 },
      { to: '/pulse', label: 'Pulse', icon: IconMessageHeart, may: 'pulse:read' },
      { to: '/cross-stream', label: 'Across streams', icon: IconGitCompare },
    ],
  },
  {
    label: 'Operations',
    links: [
      { to: '/operations', label: 'Operations', icon: IconActivity },
      { to: '/alerts', label: 'Alerts', icon: IconBell },
      { to: '/notifications', label: 'Notifications', icon: IconSpeakerphone, may: 'notifications:read' },
      { to: '/integrations', label: 'Integrations', icon: IconHeartbeat },
      { to: '/queue', label: 'Event queue', icon: IconInbox },
      { to: '/dead-letters', label: 'Dead letters', icon: IconMailOff },
      { to: '/schedules', label: 'Schedules', icon: IconCalendarTime },
      { to: '/database', label: 'Database', icon: IconDatabase },
    ],
  },
  {
    label: 'Set-up',
    links: [
      { to: '/connect', label: 'Connect', icon: IconPlug },
      { to: '/keys', label: 'API keys', icon: IconKey },
      { to: '/settings', label: 'Settings', icon: IconAdjustments },
    ],
  },
  {
    label: 'Organisation',
    links: [
      { to: '/members', label: 'Members', icon: IconUsers, may: 'members:read' },
      { to: '/audit', label: 'Audit', icon: IconShieldSearch, may: 'audit:read' },
    ],
  },
  {
    label: 'Platform',
    links: [
      { to: '/tenants', label: 'Tenants', icon: IconBuildings, may: 'tenants:read' },
      { to: '/registrations', label: 'Registrations', icon: IconClipboardCheck, may: 'tenants:read' },
      { to: '/people', label: 'People', icon: IconAddressBook, may: 'people:read' },
      { to: '/oidc-mappings', label: 'OIDC mappings', icon: IconUsersGroup, may: 'sso:read' },
      { to: '/outbox', label: 'Outbox', icon: IconMailForward, may: 'mail:read' },
      { to: '/dial-allowances', label: 'Dial allowances', icon: IconNetwork, may: 'dial:read' },
    ],
  },
]

/** The groups with what the session may see. */
export function useNavigation(): readonly NavigationGroup[] {
  const holds = useRights()
  return navigationGroups
    .map((group) => ({ ...group, links: group.links.filter(({ may }) => may === undefined || holds(may)) }))
    .filter(({ links }) => links.length > 0)
}

/** The navigation's links, scrolled to the page that is shown; `onNavigate` closes it on phones. */
export function Navigation({ onNavigate }: { onNavigate: () => void }) {
  const list = useRef<HTMLDivElement>(null)
  const groups = useNavigation()
  const path = useLocation({ select: ({ pathname }) => pathname })
  // biome-ignore lint/correctness/useExhaustiveDependencies: another page is another entry
  useEffect(() => list.current?.querySelector('[aria-current=page]')?.scrollIntoView({ block: 'nearest' }), [path])
  return (
    <Stack gap="lg" component="nav" aria-label="Pages" ref={list}>
      {groups.map((group) => (
        <Box key={group.label}>
          {group.label === '' ? null : (
            <Text size="xs" c="dimmed" fw={500} px="sm" mb={4}>
              {group.label}
            </Text>
          )}
          {group.links.map(({ to, label, icon: Icon }) => (
            <NavigationLink
              key={to}
              to={to as '/'}
              label={label}
              leftSection={<Icon size={18} stroke={1.6} />}
              rightSection={to === '/alerts' ? <OpenAlerts /> : undefined}
              activeOptions={{ exact: to === '/', includeSearch: false }}
              activeProps={{ active: true, 'aria-current': 'page' }}
              onClick={onNavigate}
              bdrs="sm"
              px="sm"
              py={7}
            />
          ))}
        </Box>
      ))}
    </Stack>
  )
}
