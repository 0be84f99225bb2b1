/** Four figures: is anything wrong, and where to go. Each tile leads to its page. */
import { Anchor, SimpleGrid } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { formatCount, formatDuration, plural } from '~/ui/format.ts'
import type { Tone } from '~/ui/tag.tsx'
import { Tile } from '~/ui/tile.tsx'
import type { Alert, SourceHealth, Work } from '../queries.ts'
import { severityOrder } from '../severity-tag.tsx'

type NeedsProps = {
  alerts: readonly Alert[] | undefined
  sources: readonly SourceHealth[] | undefined
  work: readonly Work[] | undefined
}

const unread = '–'

/** Open alerts, sources, what is due, dead letters. */
export const NeedsTiles = ({ alerts, sources, work }: NeedsProps) => (
  <SimpleGrid cols={{ base: 2, md: 4 }} component="section" aria-label="What needs attention">
    <TileLink to="/alerts">
      <AlertsTile alerts={alerts} />
    </TileLink>
    <TileLink to="/integrations">
      <SourcesTile sources={sources} />
    </TileLink>
    <TileLink to="/queue">
      <DueTile work={work} />
    </TileLink>
    <TileLink to="/dead-letters">
      <DeadTile work={work} />
    </TileLink>
  </SimpleGrid>
)

const TileLink = ({
  to,
  children,
}: {
  to: '/alerts' | '/integrations' | '/queue' | '/dead-letters'
  children: ReactNode
}) => (
  <Anchor component={Link} to={to} c="inherit" underline="never" bdrs="md" display="block" h="100%">
    {children}
  </Anchor>
)

function AlertsTile({ alerts }: { alerts: readonly Alert[] | undefined }) {
  const worst = severityOrder.find((severity) => alerts?.some((alert) => alert.severity === severity))
  const seen = alerts?.filter(({ state }) => state === 'acknowledged').length ?? 0
  const note = !alerts
    ? 'not read'
    : worst === undefined
      ? 'none'
      : `worst ${worst.toLowerCase()}${seen > 0 ? `, ${formatCount(seen)} acknowledged` : ''}`
  const tone: Tone = worst === undefined ? 'plain' : worst === 'CRITICAL' || worst === 'HIGH' ? 'bad' : 'warning'
  return <Tile label="Open alerts" value={alerts ? formatCount(alerts.length) : unread} note={note} tone={tone} />
}

function SourcesTile({ sources }: { sources: readonly SourceHealth[] | undefined }) {
  const failing = sources?.filter(({ status }) => status === 'failing').length ?? 0
  const stale = sources?.filter(({ status }) => status === 'stale').length ?? 0
  const healthy = sources?.filter(({ status }) => status === 'healthy').length ?? 0
  const trouble = [failing > 0 ? `${failing} failing` : '', stale > 0 ? `${stale} stale` : '']
    .filter(Boolean)
    .join(', ')
  return (
    <Tile
      label="Sources"
      value={!sources ? unread : trouble ? formatCount(failing + stale) : formatCount(healthy)}
      note={!sources ? 'not read' : trouble || (healthy === 0 ? 'nothing heard yet' : 'healthy')}
      tone={failing > 0 ? 'bad' : stale > 0 ? 'warning' : 'plain'}
    />
  )
}

function DueTile({ work }: { work: readonly Work[] | undefined }) {
  const due = work?.reduce((sum, one) => sum + one.due, 0) ?? 0
  const oldest = work?.flatMap(({ oldest_due_at: at }) => (at === null ? [] : [at])).sort()[0]
  const seconds = oldest === undefined ? 0 : Math.max(0, (Date.now() - Date.parse(oldest)) / 1000)
  return (
    <Tile
      label="Due now"
      value={work ? formatCount(due) : unread}
      note={!work ? 'not read' : oldest === undefined ? 'nothing waits' : `the oldest for ${formatDuration(seconds)}`}
      tone={seconds > 300 ? 'warning' : 'plain'}
    />
  )
}

function DeadTile({ work }: { work: readonly Work[] | undefined }) {
  const dead = work?.reduce((sum, one) => sum + one.dead_lettered, 0) ?? 0
  const kinds = work?.filter((one) => one.dead_lettered > 0).length ?? 0
  return (
    <Tile
      label="Dead letters"
      value={work ? formatCount(dead) : unread}
      note={!work ? 'not read' : dead === 0 ? 'everything succeeded' : `of ${plural(kinds, 'kind')} of work`}
      tone={dead > 0 ? 'bad' : 'plain'}
    />
  )
}
