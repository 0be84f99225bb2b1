/** Name, tenant, search, pages, and who looks. */
import { Box, Group, Stack } from '@mantine/core'
import { FinderButton } from './finder.tsx'
import { LazyPersonMenu, LazyTenantSwitcher } from './lazy-menus.tsx'
import { LiveState } from './live-state.tsx'
import { Navigation } from './navigation.tsx'
import { Wordmark } from './wordmark.tsx'

/** The side bar; `bare` leaves the name out, where a header has it. */
export function SideBar({ onNavigate, bare = false }: { onNavigate: () => void; bare?: boolean }) {
  return (
    <Stack h="100%" gap="md">
      {bare ? null : (
        <Group px="sm" pt={4} justify="space-between" wrap="nowrap">
          <Wordmark />
          <LiveState />
        </Group>
      )}
      <Stack gap={6}>
        <LazyTenantSwitcher onNavigate={onNavigate} />
        <FinderButton onOpen={onNavigate} />
      </Stack>
      <Box flex={1} mih={0} style={{ overflowY: 'auto' }}>
        <Navigation onNavigate={onNavigate} />
      </Box>
      <LazyPersonMenu onNavigate={onNavigate} />
    </Stack>
  )
}
