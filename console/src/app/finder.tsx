/** The command palette and the help on shortcuts, and the keys that open them; what they show is loaded when first wanted. */
import { Box, Kbd, Text, UnstyledButton } from '@mantine/core'
import { IconSearch } from '@tabler/icons-react'
import { createContext, lazy, type ReactNode, Suspense, useContext, useEffect, useMemo, useState } from 'react'
import { paletteKeys, singleKeys } from './keys.ts'

const Palette = lazy(() => import('./palette/palette.tsx').then((module) => ({ default: module.Palette })))
const Shortcuts = lazy(() => import('./palette/shortcuts.tsx').then((module) => ({ default: module.Shortcuts })))

type FinderActions = { openPalette: () => void; openTenants: () => void; openShortcuts: () => void }
const nothing = () => undefined
const FinderContext = createContext<FinderActions>({
  openPalette: nothing,
  openTenants: nothing,
  openShortcuts: nothing,
})

/** Opens the palette, the palette of tenants, or the help. */
export const useFinder = (): FinderActions => useContext(FinderContext)

/** Someone writes, or a dialog has the word. */
const isBusy = (target: EventTarget | null) =>
  (target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))) ||
  document.querySelector('[role=dialog]') !== null

/** Holds the palette for the pages below it. */
export function Finder({ children }: { children: ReactNode }) {
  const [open, setOpen] = useState<'palette' | 'tenants' | 'shortcuts' | null>(null)
  const actions = useMemo(
    () => ({
      openPalette: () => setOpen('palette'),
      openTenants: () => setOpen('tenants'),
      openShortcuts: () => setOpen('shortcuts'),
    }),
    [],
  )
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() === 'k' && (event.metaKey || event.ctrlKey) && !event.altKey && !event.shiftKey) {
        event.preventDefault()
        return setOpen((now) => (now === 'palette' ? null : 'palette'))
      }
      if (event.metaKey || event.ctrlKey || event.altKey || isBusy(event.target) || !singleKeys.get()) return
      if (event.key !== '/' && event.key !== '?') return
      event.preventDefault()
      setOpen(event.key === '/' ? 'palette' : 'shortcuts')
    }
    globalThis.addEventListener('keydown', press)
    return () => globalThis.removeEventListener('keydown', press)
  }, [])
  const close = () => setOpen(null)
  return (
    <FinderContext value={actions}>
      {children}
      <Suspense fallback={null}>
        {open === 'palette' || open === 'tenants' ? (
          <Palette onlyTenants={open === 'tenants'} onClose={close} onShortcuts={actions.openShortcuts} />
        ) : null}
        {open === 'shortcuts' ? <Shortcuts onClose={close} /> : null}
      </Suspense>
    </FinderContext>
  )
}

/** Opens the palette by hand. */
export function FinderButton({ onOpen }: { onOpen: () => void }) {
  const { openPalette } = useFinder()
  return (
    <UnstyledButton
      onClick={() => {
        onOpen()
        openPalette()
      }}
      px="sm"
      py={7}
      bdrs="sm"
      bd="1px solid var(--mantine-color-default-border)"
      display="flex"
      style={{ alignItems: 'center', gap: 8 }}
    >
      <IconSearch size={16} stroke={1.6} aria-hidden />
      <Text size="sm" c="dimmed" flex={1}>
        Go to…
      </Text>
      <Box visibleFrom="sm" aria-hidden>
        {paletteKeys.map((key) => (
          <Kbd key={key} size="xs" ml={3}>
            {key}
          </Kbd>
        ))}
      </Box>
    </UnstyledButton>
  )
}
