/** Which streams move together from week to week. */
import { Group, Skeleton, Stack } from '@mantine/core'
import { IconArrowsSplit2, IconClockHour4, IconGitCompare } from '@tabler/icons-react'
import { useInfiniteQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import type { CrossStreamReply } from '#modules/delivery/correlation/schemas.ts'
import { ScopeFilter } from '~/features/delivery/scope-filter.tsx'
import { DataTable } from '~/ui/data-table.tsx'
import { formatCount, formatDay, plural } from '~/ui/format.ts'
import { ButtonLink } from '~/ui/link.tsx'
import { LoadMore } from '~/ui/load-more.tsx'
import { Loaded } from '~/ui/loaded.tsx'
import { Page } from '~/ui/page.tsx'
import { TableSkeleton } from '~/ui/skeletons.tsx'
import { EmptyState } from '~/ui/states.tsx'
import { NoCause } from './no-cause.tsx'
import { crossStreamQuery } from './queries.ts'
import { relationColumns } from './relation-columns.tsx'

const route = getRouteApi('/cross-stream')

/** `/cross-stream`. */
export function CrossStreamPage() {
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const query = useInfiniteQuery(crossStreamQuery(search))
  return (
    <Page
      title="Across streams"
      lead="Where a measure of one stream changes from week to week as one of another does, up to four weeks apart."
    >
      <Group role="search" aria-label="Filters">
        <ScopeFilter value={search} onChange={(scope) => void navigate({ search: scope })} />
      </Group>
      <Loaded query={query} skeleton={<ListSkeleton />}>
        {({ pages }) => {
          const [first] = pages
          const rows = pages.flatMap((page) => page.relations)
          return rows.length === 0 ? (
            <Nothing reply={first!} />
          ) : (
            <Stack gap="md">
              <NoCause>{howItWasFound(first!)}</NoCause>
              <DataTable
                caption="Relations, the most striking first"
                columns={relationColumns}
                rows={rows}
                rowKey={({ a, b }) => [a.stream, b.stream, a.measure, b.measure].join(' ')}
                minWidth={760}
              />
              <LoadMore shown={rows.length} noun="relations" query={query} />
            </Stack>
          )
        }}
      </Loaded>
    </Page>
  )
}

const ListSkeleton = () => (
  <Stack gap="md">
    <Skeleton h={{ base: 226, sm: 107 }} radius="md" />
    <TableSkeleton />
  </Stack>
)

/** One sentence of numbers: what was looked at, and how many stand out. */
function howItWasFound({ stand_out: standOut, n, tests, weeks, from, to, level, missing }: CrossStreamReply): string {
  const leftOut = [
    missing.pairs_sharing > 0 ? `${plural(missing.pairs_sharing, 'pair')} with a source in common` : '',
    missing.pairs_beyond > 0 ? `${plural(missing.pairs_beyond, 'pair')} beyond what is looked at` : '',
  ].filter(Boolean)
  return [
    `${formatCount(standOut)} of ${plural(n, 'relation')} ${standOut === 1 ? 'stands' : 'stand'} out (q up to ${level}, so about one in twenty of them is chance).`,
    `${formatCount(tests)} coefficients were tested over ${weeks} full weeks, ${formatDay(from!, true)} – ${formatDay(to!, true)}.`,
    leftOut.length > 0 ? `Left out: ${leftOut.join(', ')}.` : '',
  ]
    .filter(Boolean)
    .join(' ')
}

const toStreams = (
  <ButtonLink to="/streams" variant="default">
    Look at streams
  </ButtonLink>
)

/** Why there is nothing, and what is needed. */
function Nothing({ reply: { state, pairs, stream, missing } }: { reply: CrossStreamReply }) {
  if (state === 'not_computed')
    return (
      <EmptyState icon={IconClockHour4} title="Not computed yet">
        Streams are held against each other once an hour.
      </EmptyState>
    )
  if (pairs === 0)
    return (
      <EmptyState
        icon={IconArrowsSplit2}
        title="There are no two streams to hold against each other"
        actions={toStreams}
      >
        It takes two streams of one kind that own different repositories, services and projects.
        {missing.pairs_sharing > 0 ? ` ${plural(missing.pairs_sharing, 'pair')} had a source in common.` : ''}
      </EmptyState>
    )
  return (
    <EmptyState icon={IconGitCompare} title="Insufficient data" actions={toStreams}>
      {stream === 'all' ? 'No two streams have' : 'This stream and no other have'} eight weeks in common in which a
      measure changed. Deployments and finished items of about ten weeks are enough; measures that hardly vary never
      are.
    </EmptyState>
  )
}
