/** Where one can go, in groups. */
import { Box, Stack, Text } from '@mantine/core'
import {
  IconActivity,
  IconAdjustments,
  IconAlertCircle,
  IconArrowsSplit2,
  IconBell,
  IconCalendarTime,
  IconDatabase,
  IconGauge,
  IconHeartbeat,
  IconInbox,
  IconKey,
  IconMailOff,
  IconPlug,
  IconRocket,
} from '@tabler/icons-react'
import { NavigationLink } from '~/ui/link.tsx'
import { OpenAlerts } from './open-alerts.tsx'

const groups = [
  {
    label: 'Delivery',
    links: [
      { to: '/', label: 'Overview', icon: IconGauge },
      { to: '/deployments', label: 'Deployments', icon: IconRocket },
      { to: '/incidents', label: 'Incidents', icon: IconAlertCircle },
      { to: '/streams', label: 'Streams', icon: IconArrowsSplit2 },
    ],
  },
  {
    label: 'Operations',
    links: [
      { to: '/operations', label: 'What needs you', icon: IconActivity },
      { to: '/alerts', label: 'Alerts', icon: IconBell },
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
] as const

/** The navigation's links; `onNavigate` closes it on phones. */
export const Navigation = ({ onNavigate }: { onNavigate: () => void }) => (
  <Stack gap="lg" component="nav" aria-label="Pages">
    {groups.map((group) => (
      <Box key={group.label}>
        <Text size="xs" c="dimmed" fw={500} px="sm" mb={4}>
          {group.label}
        </Text>
        {group.links.map(({ to, label, icon: Icon }) => (
          <NavigationLink
            key={to}
            to={to}
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
