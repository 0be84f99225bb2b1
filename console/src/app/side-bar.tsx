/** Name, pages, and who looks at which tenant. */
import { Box, Group, Stack, Text } from '@mantine/core'
import { ColorSchemeToggle } from './color-scheme-toggle.tsx'
import { Navigation } from './navigation.tsx'
import { useSession } from './session.tsx'
import { SignOut } from './sign-out.tsx'
import { Wordmark } from './wordmark.tsx'

/** The side bar; `bare` leaves the name out, where a header has it. */
export function SideBar({ onNavigate, bare = false }: { onNavigate: () => void; bare?: boolean }) {
  const { tenant, actor } = useSession()
  return (
    <Stack h="100%" gap="md">
      {bare ? null : (
        <Box px="sm" pt={4} pb="xs">
          <Wordmark />
        </Box>
      )}
      <Box flex={1} mih={0} style={{ overflowY: 'auto' }}>
        <Navigation onNavigate={onNavigate} />
      </Box>
      <Stack gap="xs" px="sm">
        <Box miw={0}>
          <Text size="sm" fw={500} truncate>
            {tenant.name}
          </Text>
          <Text size="xs" c="dimmed" truncate title={`${actor.name}; days and times are told in ${tenant.time_zone}`}>
            {actor.name} · {tenant.time_zone}
          </Text>
        </Box>
        <Group gap={6} wrap="nowrap">
          <ColorSchemeToggle />
          <SignOut />
        </Group>
      </Stack>
    </Stack>
  )
}
