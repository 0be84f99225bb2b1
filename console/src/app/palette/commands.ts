/** What the palette offers: pages, things to do, streams, tenants. */
import { useMantineColorScheme } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { streamsQuery } from '~/features/delivery/queries.ts'
import { useNavigation } from '../navigation.tsx'
import { roleWords, useRights, useSession } from '../session.tsx'
import { useSignOut } from '../sign-out.ts'
import { useSwitchTenant } from '../switch-tenant.ts'

export type Command = {
  readonly id: string
  readonly kind: 'Go to' | 'Do' | 'Stream' | 'Tenant'
  readonly label: string
  /** Where it belongs, in a word or two. */
  readonly note?: string
  readonly run: () => void
}

/** Pages that open their form when asked to in the address. */
const forms = [
  { label: 'New stream', to: '/streams', may: 'delivery:write' },
  { label: 'New survey', to: '/pulse', may: 'pulse:write' },
  { label: 'New key', to: '/keys', may: 'keys:write' },
  { label: 'New connection', to: '/integrations', may: 'connections:write' },
  { label: 'New notification channel', to: '/notifications', may: 'notifications:write' },
  { label: 'Connect repositories', to: '/integrations/github', may: 'connections:write' },
  { label: 'Invite somebody', to: '/members', may: 'members:write' },
] as const

/** Everything this session can do from here. */
export function useCommands(onShortcuts: () => void): readonly Command[] {
  const { tenant, tenants } = useSession()
  const may = useRights()
  const navigate = useNavigate()
  const navigation = useNavigation()
  const moveTo = useSwitchTenant()
  const signOut = useSignOut()
  const { setColorScheme } = useMantineColorScheme()
  const streams = useQuery({ ...streamsQuery, enabled: may('streams:read') && tenant !== null }).data?.streams ?? []
  const go = (to: string, search: Record<string, string> = {}) =>
    void navigate({ to: to as '/', search: search as never })
  const act = (label: string, run: () => void): Command => ({ id: `do ${label}`, kind: 'Do', label, run })
  return [
    ...navigation.flatMap((group) =>
      group.links.map(({ to, label }) => ({
        id: `page ${to}`,
        kind: 'Go to' as const,
        label,
        note: group.label,
        run: () => go(to),
      })),
    ),
    { id: 'page /account', kind: 'Go to', label: 'Account', note: 'You', run: () => go('/account') },
    ...forms
      .filter(({ may: needed }) => tenant !== null && may(needed))
      .map(({ label, to }) => act(label, () => go(to, { new: '1' }))),
    act('Light colours', () => setColorScheme('light')),
    act('Dark colours', () => setColorScheme('dark')),
    act('Colours like the system', () => setColorScheme('auto')),
    act('Keyboard shortcuts', onShortcuts),
    act('Sign out', signOut),
    ...streams.map(({ id, kind, name }) => ({
      id: `stream ${id}`,
      kind: 'Stream' as const,
      label: name,
      note: 'metrics',
      run: () => go('/delivery', kind === 'tech' ? { tech_stream: id } : { stream: id }),
    })),
    ...tenants
      .filter(({ id }) => id !== tenant?.id)
      .map(({ id, name, role }) => ({
        id: `tenant ${id}`,
        kind: 'Tenant' as const,
        label: name,
        note: `switch, ${roleWords(role)}`,
        run: () => moveTo(id),
      })),
  ]
}
