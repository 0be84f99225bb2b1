/** Deployments to production, newest first: all, those that failed, or those that were rework. */
import { Group, SegmentedControl, Text } from '@mantine/core'
import { IconRocketOff } from '@tabler/icons-react'
import { useInfiniteQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import type { z } from 'zod'
import type { deploymentRow } from '#modules/delivery/facts/schemas.ts'
import { type Column, DataTable } from '~/ui/data-table.tsx'
import { Field } from '~/ui/field.tsx'
import { formatDuration, humanize, shortSha } from '~/ui/format.ts'
import { ButtonLink, TextLink } from '~/ui/link.tsx'
import { LoadMore } from '~/ui/load-more.tsx'
import { Loaded } from '~/ui/loaded.tsx'
import { Page } from '~/ui/page.tsx'
import { TableSkeleton } from '~/ui/skeletons.tsx'
import { EmptyState } from '~/ui/states.tsx'
import { Tag } from '~/ui/tag.tsx'
import { Moment, useTimeZone } from '~/ui/time.tsx'
import { Filters } from '../filters.tsx'
import { deploymentsQuery } from '../queries.ts'
import { resolveWindow } from '../window.ts'

type Row = z.output<typeof deploymentRow>

const columns: Column<Row>[] = [
  {
    id: 'what',
    header: 'Deployment',
    cell: ({ id, repository, sha }) => (
      <>
        <TextLink to="/deployments/$id" params={{ id: String(id) }} fw={500}>
          {repository}
        </TextLink>{' '}
        <Text span size="sm" c="dimmed" ff="monospace">
          {shortSha(sha)}
        </Text>
      </>
    ),
  },
  {
    id: 'state',
    header: 'Outcome',
    cell: ({ failed, rework_reason: rework, traced }) => (
      <Group gap={6} wrap="nowrap">
        {failed ? <Tag tone="bad">failed</Tag> : null}
        {rework ? <Tag tone="warning">rework: {humanize(rework)}</Tag> : null}
        {traced ? null : <Tag>no ticket</Tag>}
        {failed || rework || !traced ? null : (
          <Text size="sm" c="dimmed">
            good
          </Text>
        )}
      </Group>
    ),
  },
  { id: 'service', header: 'Service', phone: false, cell: ({ service, environment }) => `${service} · ${environment}` },
  { id: 'finished', header: 'Finished', cell: ({ finished_at: at }) => <Moment value={at} /> },
  { id: 'changes', header: 'Changes', align: 'right', phone: false, cell: ({ changes }) => changes },
  { id: 'lead', header: 'Lead time', align: 'right', cell: (row) => formatDuration(row.lead_seconds_p50) },
]

const route = getRouteApi('/deployments')

/** `/deployments`. */
export function DeploymentsPage() {
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const window = resolveWindow(search, useTimeZone())
  const query = useInfiniteQuery(deploymentsQuery({ ...window, only: search.only }))
  const change = (next: Partial<typeof search>) => void navigate({ search: (now) => ({ ...now, ...next }) })
  return (
    <Page
      title="Deployments"
      lead="Successful deployments to production; a failed one reached users and then needed mending."
    >
      <Filters value={search} onChange={change}>
        <Field label="Outcome">
          <SegmentedControl
            aria-label="Outcome"
            data={[
              { value: '', label: 'All' },
              { value: 'failed', label: 'Failed' },
              { value: 'rework', label: 'Rework' },
              { value: 'untraced', label: 'No ticket' },
            ]}
            value={search.only ?? ''}
            onChange={(only) => change({ only: only === '' ? undefined : (only as Only) })}
          />
        </Field>
      </Filters>
      <Loaded query={query} skeleton={<TableSkeleton />}>
        {({ pages }) => {
          const rows = pages.flatMap((page) => page.deployments)
          return rows.length === 0 ? (
            <NoDeployments only={search.only} />
          ) : (
            <>
              <DataTable caption="Deployments" columns={columns} rows={rows} rowKey={({ id }) => String(id)} />
              <LoadMore shown={rows.length} noun="deployments" query={query} />
            </>
          )
        }}
      </Loaded>
    </Page>
  )
}

const nothingOf = {
  failed: 'No failed deployment in this window',
  rework: 'No rework in this window',
  untraced: 'No deployment without a ticket in this window',
} as const
type Only = keyof typeof nothingOf

const NoDeployments = ({ only }: { only: Only | undefined }) => (
  <EmptyState
    icon={IconRocketOff}
    title={only ? nothingOf[only] : 'No deployment in this window'}
    actions={
      only ? null : (
        <ButtonLink to="/connect" variant="default">
          Connect a source
        </ButtonLink>
      )
    }
  >
    {only === 'untraced'
      ? 'Every deployment of the window has a change that names a ticket.'
      : only
        ? 'Good news, if incidents are connected.'
        : 'Choose more days or another stream, or connect what deploys.'}
  </EmptyState>
)
