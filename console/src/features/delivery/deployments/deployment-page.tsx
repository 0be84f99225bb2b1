/** One deployment: what it carried, how long that took, what went wrong, and the events that told us. */
import { Anchor, Group, SimpleGrid, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import type { z } from 'zod'
import type { deploymentReply } from '#modules/delivery/facts/schemas.ts'
import { Facts } from '~/ui/facts.tsx'
import { formatDuration, humanize, shortSha } from '~/ui/format.ts'
import { TextLink } from '~/ui/link.tsx'
import { Loaded } from '~/ui/loaded.tsx'
import { Page } from '~/ui/page.tsx'
import { Panel } from '~/ui/panel.tsx'
import { PanelsSkeleton } from '~/ui/skeletons.tsx'
import { Tag } from '~/ui/tag.tsx'
import { Moment } from '~/ui/time.tsx'
import { deploymentQuery } from '../queries.ts'
import { ChangesTable } from './changes-table.tsx'

import { Failures } from './failures.tsx'

type Deployment = z.output<typeof deploymentReply>

const route = getRouteApi('/deployments/$id')

/** `/deployments/$id`. */
export function DeploymentPage() {
  const { id } = route.useParams()
  const query = useQuery(deploymentQuery(id))
  const title = query.data ? `${query.data.repository} ${shortSha(query.data.sha)}` : `Deployment ${id}`
  return (
    <Page
      title={title}
      back={<TextLink to="/deployments">Deployments</TextLink>}
      lead={query.data ? <Lead deployment={query.data} /> : ' '}
    >
      <Loaded query={query} skeleton={<PanelsSkeleton count={2} height={240} cols={{ base: 1, md: 2 }} />}>
        {(deployment) => (
          <Stack gap="md">
            <SimpleGrid cols={{ base: 1, md: 2 }}>
              <Panel title="Deployment">
                <Facts rows={factsOf(deployment)} />
              </Panel>
              <Failures failures={deployment.failures} />
            </SimpleGrid>
            <ChangesTable changes={deployment.changes_list} />
            <Panel title="Where this comes from" note="The events this was understood from">
              <Events ids={deployment.events} />
            </Panel>
          </Stack>
        )}
      </Loaded>
    </Page>
  )
}

const Lead = ({ deployment: { failed, rework_reason: rework, finished_at: at } }: { deployment: Deployment }) => (
  <Group gap="xs">
    <Moment value={at} absolute />
    {failed ? <Tag tone="bad">failed</Tag> : <Tag tone="good">no failure known</Tag>}
    {rework ? <Tag tone="warning">rework: {humanize(rework)}</Tag> : null}
  </Group>
)

const factsOf = (deployment: Deployment) => [
  { name: 'Service', value: deployment.service },
  { name: 'Environment', value: deployment.environment },
  {
    name: 'Commit',
    value: (
      <Text span inherit ff="monospace" fz="sm">
        {deployment.sha ?? '–'}
      </Text>
    ),
  },
  { name: 'Ref', value: deployment.ref ?? '–' },
  { name: 'Finished', value: <Moment value={deployment.finished_at} /> },
  { name: 'Median lead time', value: formatDuration(deployment.lead_seconds_p50) },
  { name: 'Rework', value: deployment.rework_reason ? humanize(deployment.rework_reason) : 'no' },
  { name: 'Tickets', value: <Tickets tickets={deployment.tickets} /> },
  { name: 'Told by', value: deployment.source },
  ...(deployment.url
    ? [
        {
          name: 'Address',
          value: (
            <Anchor href={deployment.url} rel="noreferrer" inherit>
              Open at the source
            </Anchor>
          ),
        },
      ]
    : []),
]

const namedBy = { pull_request: 'pull request', commit: 'commit', branch_commit: 'a commit of pull request' } as const

const Tickets = ({ tickets }: { tickets: Deployment['tickets'] }) =>
  tickets.length === 0 ? (
    <Text span inherit>
      none named
    </Text>
  ) : (
    <Stack gap={2}>
      {tickets.map(({ key, named_by: by, sha, pr_number: number }) => (
        <Text key={key} inherit>
          {key}{' '}
          <Text span size="sm" c="dimmed">
            by {namedBy[by]} {by === 'commit' ? shortSha(sha) : `#${number}`}
          </Text>
        </Text>
      ))}
    </Stack>
  )

const Events = ({ ids }: { ids: readonly number[] }) =>
  ids.length === 0 ? (
    <Text c="dimmed">It was imported, not received as an event.</Text>
  ) : (
    <Group gap="sm">
      {ids.map((id) => (
        <TextLink key={id} to="/queue/$id" params={{ id: String(id) }}>
          Event {id}
        </TextLink>
      ))}
    </Group>
  )
