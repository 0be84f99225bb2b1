/** The columns of the facts behind each metric. */
import { Text } from '@mantine/core'
import type { ReceiptFact } from '#modules/delivery/dora/receipts/schemas.ts'
import type { MetricName } from '#modules/delivery/dora/schemas.ts'
import type { Column } from '~/ui/data-table.tsx'
import { formatDuration, humanize, shortSha } from '~/ui/format.ts'
import { TextLink } from '~/ui/link.tsx'
import { Tag } from '~/ui/tag.tsx'
import { Moment } from '~/ui/time.tsx'
import { Causes } from './cause.tsx'

type Deployment = ReceiptFact['deployment']

export const DeploymentLink = ({ deployment: { id, repository, sha } }: { deployment: Deployment }) => (
  <>
    <TextLink to="/deployments/$id" params={{ id: String(id) }} fw={500}>
      {repository}
    </TextLink>{' '}
    <Text span size="sm" c="dimmed" ff="monospace">
      {shortSha(sha)}
    </Text>
  </>
)

const deployment: Column<ReceiptFact> = {
  id: 'deployment',
  header: 'Deployment',
  cell: (fact) => <DeploymentLink deployment={fact.deployment} />,
}
const finished: Column<ReceiptFact> = {
  id: 'finished',
  header: 'Finished',
  cell: (fact) => <Moment value={fact.deployment.finished_at} absolute />,
}
const learned: Column<ReceiptFact> = {
  id: 'learned',
  header: 'Known since',
  phone: false,
  cell: (fact) => <Moment value={fact.learned_at} absolute />,
}
const because: Column<ReceiptFact> = {
  id: 'because',
  header: 'Because of',
  cell: ({ failures }) => <Causes failures={failures} />,
}
const seconds = (header: string, without: string): Column<ReceiptFact> => ({
  id: 'seconds',
  header,
  align: 'right',
  cell: ({ value }) => (value === null ? <Tag>{without}</Tag> : formatDuration(value)),
})

/** In the order in which they are read; a change leads to its deployment. */
export const factColumns: Readonly<Record<MetricName, readonly Column<ReceiptFact>[]>> = {
  deployment_frequency: [deployment, finished, learned],
  change_lead_time: [
    {
      id: 'change',
      header: 'Change',
      cell: ({ change }) => (
        <Text span inherit ff="monospace" fz="sm">
          {shortSha(change?.sha ?? null)}
          {change?.pr_number ? ` #${change.pr_number}` : ''}
        </Text>
      ),
    },
    {
      id: 'committed',
      header: 'Committed',
      phone: false,
      cell: ({ change }) => <Moment value={change?.committed_at ?? null} absolute />,
    },
    deployment,
    finished,
    seconds('Lead time', 'left out'),
  ],
  change_failure_rate: [deployment, finished, because, learned],
  failed_deployment_recovery_time: [deployment, finished, because, seconds('Recovered after', 'not recovered')],
  deployment_rework_rate: [
    deployment,
    finished,
    {
      id: 'reason',
      header: 'Repaired by',
      cell: ({ rework_reason: reason }) => (reason ? humanize(reason) : '–'),
    },
    learned,
  ],
}
