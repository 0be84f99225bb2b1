/** Where the current page stands: read off the navigation, so that a page in it is a page with breadcrumbs. */
import { useLocation } from '@tanstack/react-router'
import { type ReactNode, useMemo } from 'react'
import { TrailContext } from '~/ui/breadcrumbs.tsx'
import { navigationGroups } from './navigation.tsx'

/** Pages that are reached otherwise than by the navigation. */
const elsewhere = [{ label: 'You', links: [{ to: '/account', label: 'Account' }] }]

/** The entry whose address the path begins with, the longest first; none for the start page. */
function trailOf(path: string) {
  const found = [...navigationGroups, ...elsewhere]
    .flatMap((group) => group.links.map((link) => ({ group: group.label, ...link })))
    .filter(({ to }) => to !== '/' && (path === to || path.startsWith(`${to}/`)))
    .sort((left, right) => right.to.length - left.to.length)[0]
  if (!found) return { steps: [], here: null }
  const group = { label: found.group }
  return path === found.to
    ? { steps: [group], here: found.label }
    : { steps: [group, { label: found.label, to: found.to }], here: null }
}

/** Tells the pages below it where they are. */
export function Trail({ children }: { children: ReactNode }) {
  const path = useLocation({ select: ({ pathname }) => pathname })
  const trail = useMemo(() => trailOf(path), [path])
  return <TrailContext value={trail}>{children}</TrailContext>
}
