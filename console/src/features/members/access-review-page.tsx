/** Access review: who still needs what they have; kept as done with a note. */
import { Button, Grid, SimpleGrid, Stack, Text } from '@mantine/core'
import { IconChecks, IconDownload } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { staleAfterDays } from '#modules/tenants/schemas.ts'
import { useMay } from '~/app/session.tsx'
import { type Column, DataTable } from '~/ui/data-table.tsx'
import { Facts } from '~/ui/facts.tsx'
import { formatCount, plural } from '~/ui/format.ts'
import { TextLink } from '~/ui/link.tsx'
import { Loaded } from '~/ui/loaded.tsx'
import { Page } from '~/ui/page.tsx'
import { Panel } from '~/ui/panel.tsx'
import { PersonCell } from '~/ui/person-cell.tsx'
import { PanelsSkeleton } from '~/ui/skeletons.tsx'
import { Tag } from '~/ui/tag.tsx'
import { Tile } from '~/ui/tile.tsx'
import { Moment } from '~/ui/time.tsx'
import { MemberStatus } from './member-columns.tsx'
import { type AccessReview, accessReviewQuery } from './queries.ts'
import { ReviewedDialog } from './reviewed-dialog.tsx'
import { RoleTag } from './role-tag.tsx'
import { SupportAccessPanel } from './support-access-panel.tsx'

/** `/members/access-review`. */
export function AccessReviewPage() {
  const query = useQuery(accessReviewQuery)
  const mayWrite = useMay('members:review')
  const [asked, setAsked] = useState(false)
  return (
    <Page
      title="Access review"
      lead="Look whether everybody here still needs what they have."
      actions={
        <>
          <Button
            component="a"
            href="/api/v1/access-review?format=csv"
            download="access-review.csv"
            variant="default"
            leftSection={<IconDownload size={16} />}
          >
            As CSV
          </Button>
          {mayWrite ? (
            <Button leftSection={<IconChecks size={16} />} onClick={() => setAsked(true)}>
              Mark as reviewed
            </Button>
          ) : null}
        </>
      }
    >
      <Loaded query={query} skeleton={<PanelsSkeleton count={4} height={108} cols={{ base: 2, md: 4 }} />}>
        {(review) => (
          <Stack gap="md">
            <Text>
              <LastReview review={review} />
            </Text>
            <Figures review={review} />
            <Panel title="People" note="Those not seen for long first">
              <DataTable
                bare
                caption="People in review"
                columns={columns}
                rows={review.members.toSorted((one, other) => Number(other.stale) - Number(one.stale))}
                rowKey={(member) => member.person_id}
                minWidth={300}
              />
            </Panel>
            <Grid gap="md">
              <Grid.Col span={{ base: 12, lg: 5 }}>
                <KeysPanel keys={review.keys} />
              </Grid.Col>
              <Grid.Col span={{ base: 12, lg: 7 }}>
                <SupportAccessPanel />
              </Grid.Col>
            </Grid>
          </Stack>
        )}
      </Loaded>
      {asked ? <ReviewedDialog onClose={() => setAsked(false)} /> : null}
    </Page>
  )
}

function LastReview({ review }: { review: AccessReview }) {
  if (!review.last_completed) return <>Never reviewed yet.</>
  const { at, by, note } = review.last_completed
  return (
    <>
      Reviewed <Moment value={at} /> by {by}
      {note ? `: ${note}` : ''}
    </>
  )
}

const Figures = ({ review: { counts } }: { review: AccessReview }) => (
  <SimpleGrid cols={{ base: 2, md: 4 }}>
    <Tile
      label="Not seen for long"
      value={formatCount(counts.stale)}
      note={`of ${plural(counts.members, 'member')}, ${staleAfterDays} days or more`}
      tone={counts.stale > 0 ? 'warning' : 'plain'}
    />
    <Tile
      label="Admins and owners"
      value={formatCount(counts.admins)}
      note={`of them ${plural(counts.owners, 'owner')}`}
    />
    <Tile
      label="Without a second factor"
      value={formatCount(counts.without_second_factor)}
      note={counts.suspended > 0 ? `${counts.suspended} suspended` : 'active members'}
      tone={counts.without_second_factor > 0 ? 'warning' : 'plain'}
    />
    <Tile
      label="Invitations open"
      value={formatCount(counts.pending_invitations)}
      note={`${plural(counts.open_support_accesses, 'support access').replace(/accesss$/, 'accesses')} open`}
    />
  </SimpleGrid>
)

/** How somebody became a member, where the word of the API is not plain. */
const sourceWords: Record<string, string> = { first: 'set-up', sso: 'single sign-on' }

const columns: Column<AccessReview['members'][number]>[] = [
  {
    id: 'who',
    header: 'Person',
    sortBy: ({ name }) => name,
    cell: ({ name, email }) => <PersonCell name={name} email={email} />,
  },
  { id: 'role', header: 'Role', cell: ({ role }) => <RoleTag role={role} /> },
  { id: 'status', header: 'Status', phone: false, cell: (member) => <MemberStatus member={member} /> },
  {
    id: 'seen',
    header: 'Last seen',
    sortBy: ({ last_seen_at: at }) => at ?? '',
    cell: ({ stale, last_seen_at: at }) => (
      <Stack gap={2} align="flex-start">
        {at ? <Moment value={at} /> : 'never'}
        {stale ? <Tag tone="warning">long ago</Tag> : null}
      </Stack>
    ),
  },
  {
    id: 'second-factor',
    header: 'Second factor',
    phone: false,
    cell: ({ second_factor: has }) => (has ? 'yes' : <Tag tone="warning">none</Tag>),
  },
  {
    id: 'source',
    header: 'Came by',
    phone: false,
    cell: ({ source }) => sourceWords[source] ?? source,
  },
]

const KeysPanel = ({ keys }: { keys: AccessReview['keys'] }) => (
  <Panel
    title="API keys"
    action={
      <TextLink to="/keys" fz="sm">
        All keys
      </TextLink>
    }
  >
    <Facts
      rows={[
        { name: 'Active', value: formatCount(keys.active) },
        { name: 'Never used', value: formatCount(keys.never_used) },
        { name: `Not for ${staleAfterDays} days`, value: formatCount(keys.unused) },
        { name: 'Last use of any', value: <Moment value={keys.last_used_at} /> },
      ]}
    />
  </Panel>
)
