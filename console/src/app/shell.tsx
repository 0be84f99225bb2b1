/** The frame: navigation on the left (behind a burger on phones), the page on the right. */
import { Box, Burger, Group } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { Outlet } from '@tanstack/react-router'
import { Finder } from './finder.tsx'
import { SideBar } from './side-bar.tsx'
import { SupportAccess } from './support-access.tsx'
import { Trail } from './trail.tsx'
import { Wordmark } from './wordmark.tsx'

const line = '1px solid var(--mantine-color-default-border)'
const sideBarWidth = 248

/** The console around every page. */
export function Shell() {
  const [opened, { toggle, close }] = useDisclosure(false)
  return (
    <Finder>
      <Box display="flex" mih="100dvh">
        <a href="#content" data-skip-link>
          Skip to content
        </a>
        <Box component="aside" visibleFrom="sm" w={sideBarWidth} flex="none" style={{ borderRight: line }}>
          <Box pos="sticky" top={0} h="100dvh" p="md" style={{ zIndex: 150 }}>
            <SideBar onNavigate={close} />
          </Box>
        </Box>
        <Box flex={1} miw={0}>
          <Box
            role="region"
            aria-label="daytwo"
            hiddenFrom="sm"
            pos="sticky"
            top={0}
            bg="var(--mantine-color-body)"
            style={{ zIndex: 200, borderBottom: line }}
          >
            <Group h={56} px="md" justify="space-between">
              <Wordmark />
              <Burger opened={opened} onClick={toggle} aria-label="Navigation" aria-expanded={opened} size="sm" />
            </Group>
            {opened ? (
              <Box h="calc(100dvh - 57px)" p="md">
                <SideBar onNavigate={close} bare />
              </Box>
            ) : null}
          </Box>
          <SupportAccess />
          <Box
            component="main"
            id="content"
            tabIndex={-1}
            maw={1400}
            mx="auto"
            px={{ base: 'md', md: 'xl' }}
            py={{ base: 'md', sm: 'lg' }}
          >
            <Trail>
              <Outlet />
            </Trail>
          </Box>
        </Box>
      </Box>
    </Finder>
  )
}
