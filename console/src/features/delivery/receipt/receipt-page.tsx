/** One number with its receipt: what it is made of, as known at a time that can be asked for again, and what changed it since. */
import { Group, SegmentedControl, SimpleGrid, Stack, Text } from '@mantine/core'
import { IconReceipt2 } from '@tabler/icons-react'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import type { ReceiptReply } from '#modules/delivery/dora/receipts/schemas.ts'
import { CopyLine } from '~/ui/copy.tsx'
import { DataTable } from '~/ui/data-table.tsx'
import { Facts } from '~/ui/facts.tsx'
import { Field } from '~/ui/field.tsx'
import { formatCount, formatDay, formatRatio } from '~/ui/format.ts'
import { LevelBadge } from '~/ui/level-badge.tsx'
import { TextLink } from '~/ui/link.tsx'
import { LoadMore } from '~/ui/load-more.tsx'
import { Loaded } from '~/ui/loaded.tsx'
import { Page } from '~/ui/page.tsx'
import { Panel } from '~/ui/panel.tsx'
import { PanelsSkeleton } from '~/ui/skeletons.tsx'
import { EmptyState } from '~/ui/states.tsx'
import { Tag } from '~/ui/tag.tsx'
import { Moment, useTimeZone } from '~/ui/time.tsx'
import { Together } from '~/ui/together.tsx'
import { AsOfBanner } from '../as-of-banner.tsx'
import { formatValue, metricTexts, suffixOf } from '../metric-texts.ts'
import { resolveWindow } from '../window.ts'
import { AsOfField } from './as-of-field.tsx'
import { ChangesPanel } from './changes-panel.tsx'
import { Computation } from './computation.tsx'
import { factColumns } from './fact-columns.tsx'
import { receiptChangesQuery, receiptQuery } from './queries.ts'

const route = getRouteApi('/delivery/receipt')

/** `/delivery/receipt`. */
export function ReceiptPage() {
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const { metric, as_of: asOf, part } = search
  const scope = { ...resolveWindow(search, useTimeZone()), metric }
  const receipt = useInfiniteQuery(receiptQuery({ ...scope, as_of: asOf, part }))
  const changes = useQuery({ ...receiptChangesQuery({ ...scope, since: asOf }), enabled: asOf !== undefined })
  const change = (next: Partial<typeof search>) => void navigate({ search: (now) => ({ ...now, ...next }) })
  const { title } = metricTexts[metric]
  const skeleton = (
    <Stack gap="md">
      <PanelsSkeleton count={1} height={58} cols={{ base: 1 }} />
      <PanelsSkeleton count={2} height={512} cols={{ base: 1, md: 2 }} />
      <PanelsSkeleton count={1} height={320} cols={{ base: 1 }} />
    </Stack>
  )
  return (
    <Page title={`Receipt: ${title}`} lead={`${formatDay(scope.from, true)} – ${formatDay(scope.to, true)}`}>
      {asOf === undefined ? null : (
        <AsOfBanner
          asOf={asOf}
          back={
            <TextLink to="/delivery/receipt" search={{ ...search, as_of: undefined }}>
              back to now
            </TextLink>
          }
        />
      )}
      <Together queries={asOf === undefined ? [receipt] : [receipt, changes]} skeleton={skeleton}>
        <Loaded query={receipt} skeleton={skeleton}>
          {({ pages }) => {
            const first = pages[0]!
            return (
              <Stack gap="md">
                <AsOfField
                  value={asOf}
                  from={first.as_of_from}
                  until={new Date().toISOString()}
                  onChange={(next) => change({ as_of: next })}
                />
                <SimpleGrid cols={{ base: 1, md: 2 }}>
                  <NumberPanel receipt={first} permalink={permalinkOf(search, first)} />
                  <Computation receipt={first} />
                </SimpleGrid>
                {asOf === undefined ? null : (
                  <Loaded query={changes} skeleton={null}>
                    {(reply) => <ChangesPanel reply={reply} />}
                  </Loaded>
                )}
                <FactsPanel pages={pages} query={receipt} part={part} onPart={(next) => change({ part: next })} />
              </Stack>
            )
          }}
        </Loaded>
      </Together>
    </Page>
  )
}

type Search = ReturnType<typeof route.useSearch>

/** The console's address with days and time fixed. */
function permalinkOf({ stream, tech_stream: tech, metric }: Search, { from, to, as_of: asOf }: ReceiptReply): string {
  const query = new URLSearchParams({
    metric,
    from,
    to,
    as_of: asOf,
    ...(stream ? { stream } : {}),
    ...(tech ? { tech_stream: tech } : {}),
  })
  return `${window.location.origin}/delivery/receipt?${query}`
}

function NumberPanel({ receipt, permalink }: { receipt: ReceiptReply; permalink: string }) {
  const { metric } = receipt
  const rows = [
    { name: 'Stream', value: receipt.stream === 'all' ? 'All streams' : receipt.stream },
    {
      name: 'Days',
      value: `${formatDay(receipt.from, true)} – ${formatDay(receipt.to, true)} (${receipt.time_zone})`,
    },
    { name: 'As known at', value: <Moment value={receipt.as_of} absolute /> },
    { name: 'Rests on', value: `${formatCount(metric.n)} ${metricTexts[metric.name].counted}` },
    ...(metric.coverage === null ? [] : [{ name: 'Coverage', value: formatRatio(metric.coverage) }]),
    { name: 'Definition', value: metric.definition },
    { name: 'Bands', value: receipt.bands_version },
    {
      name: 'Digest',
      value: (
        <Text span inherit ff="monospace" fz="xs">
          {receipt.digest}
        </Text>
      ),
    },
  ]
  return (
    <Panel title="Number" note="The same digest is the same number, made of the same facts">
      <Group gap="sm" mb="xs">
        <Text fz={34} fw={600} lh={1.2} data-figures>
          {metric.value === null
            ? 'Insufficient data'
            : `${formatValue(metric.value, metric.unit)} ${suffixOf(metric.unit)}`}
        </Text>
        {metric.level ? <LevelBadge level={metric.level} /> : null}
        {metric.state === 'low_confidence' ? <Tag>low confidence</Tag> : null}
      </Group>
      <Facts rows={rows} />
      <Text size="sm" c="dimmed" mt="sm" mb={4}>
        Permalink: whoever opens it sees this number.
      </Text>
      <CopyLine value={permalink} label="permalink" />
    </Panel>
  )
}

type FactsPanelProps = {
  pages: readonly ReceiptReply[]
  query: Parameters<typeof LoadMore>[0]['query']
  part: Search['part']
  onPart: (part: Search['part']) => void
}

const shares = new Set(['change_failure_rate', 'deployment_rework_rate'])

function FactsPanel({ pages, query, part, onPart }: FactsPanelProps) {
  const { metric, facts } = pages[0]!
  const rows = pages.flatMap((page) => page.facts.rows)
  const gone = facts.counted - facts.listed
  const noun = metric.name === 'change_lead_time' ? 'changes' : 'deployments'
  return (
    <Panel
      title="Facts"
      note={
        gone > 0
          ? `${formatCount(Math.min(facts.listed, facts.counted))} of ${formatCount(facts.counted)} ${noun}; the details of the others are purged, or were learned otherwise since`
          : `All ${formatCount(facts.counted)} ${noun} that were looked at`
      }
      action={
        shares.has(metric.name) ? (
          <Field label="Deployments">
            <SegmentedControl
              aria-label="Deployments"
              data={[
                { value: 'numerator', label: metric.name === 'change_failure_rate' ? 'Failed' : 'Rework' },
                { value: 'denominator', label: 'All' },
              ]}
              value={part ?? 'numerator'}
              onChange={(value) => onPart(value === 'denominator' ? 'denominator' : undefined)}
            />
          </Field>
        ) : null
      }
    >
      {rows.length === 0 ? (
        <EmptyState icon={IconReceipt2} title="No fact behind this number">
          {facts.counted > 0
            ? 'They were counted before their details were purged.'
            : 'Nothing of it happened on these days.'}
        </EmptyState>
      ) : (
        <>
          <DataTable
            bare
            caption="Facts"
            columns={factColumns[metric.name]}
            rows={rows}
            rowKey={({ deployment, change }) => `${deployment.id} ${change?.sha ?? ''}`}
            minWidth={620}
          />
          <LoadMore shown={rows.length} noun={noun} query={query} />
        </>
      )}
    </Panel>
  )
}
