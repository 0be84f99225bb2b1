/** Two measures of two streams: what was found, week by week, and change against change. */
import { SimpleGrid, Stack } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { useEffect } from 'react'
import type { CrossStreamPairReply } from '#modules/delivery/correlation/schemas.ts'
import { Facts } from '~/ui/facts.tsx'
import { formatDay, shortNumber } from '~/ui/format.ts'
import { TextLink } from '~/ui/link.tsx'
import { Loaded } from '~/ui/loaded.tsx'
import { Page } from '~/ui/page.tsx'
import { Panel } from '~/ui/panel.tsx'
import { preloadPlots } from '~/ui/plots/index.tsx'
import { PanelsSkeleton } from '~/ui/skeletons.tsx'
import { formatCoefficient, formatP, lagInWords, measureTexts } from './in-words.ts'
import { LagTable } from './lag-table.tsx'
import { NoCause } from './no-cause.tsx'
import { ChangesPanel, SeriesPanel } from './pair-plots.tsx'
import { pairQuery } from './queries.ts'

const route = getRouteApi('/cross-stream/pair')
const columns = { base: 1, lg: 2 }

/** `/cross-stream/pair`. */
export function PairPage() {
  const query = useQuery(pairQuery(route.useSearch()))
  const relation = query.data?.relation
  // Asked for with the figures instead of after them.
  useEffect(preloadPlots, [])
  return (
    <Page
      title={relation ? `${relation.a.name} and ${relation.b.name}` : 'Two streams'}
      back={<TextLink to="/cross-stream">Across streams</TextLink>}
      lead={
        relation
          ? `${measureTexts[relation.a.measure].title} and ${measureTexts[relation.b.measure].title.toLowerCase()}, ${lagInWords(relation)}`
          : ' '
      }
    >
      <Loaded query={query} skeleton={<PanelsSkeleton count={4} height={340} cols={columns} />}>
        {(reply) => (
          <Stack gap="md">
            <NoCause>{reply.causation}</NoCause>
            <SimpleGrid cols={columns}>
              <SeriesPanel reply={reply} />
              <ChangesPanel reply={reply} />
              <Panel title="What was found">
                <Facts rows={factsOf(reply)} />
              </Panel>
              <Panel title="At each lag" note="The strongest is the one that is listed">
                <LagTable reply={reply} />
              </Panel>
            </SimpleGrid>
          </Stack>
        )}
      </Loaded>
    </Page>
  )
}

function factsOf({ relation, from, to, weeks, definition, summary, level }: CrossStreamPairReply) {
  const { coefficient, n, effective_n: effective, p, q } = relation
  return [
    {
      name: 'They move',
      value: `${coefficient < 0 ? 'against each other' : 'together'}, ${lagInWords(relation)}`,
    },
    { name: 'Coefficient', value: formatCoefficient(coefficient) },
    { name: 'Weeks', value: `${n}, worth ${shortNumber(effective)} independent ones` },
    { name: 'p', value: formatP(p) },
    { name: 'q', value: `${formatP(q)}${q <= level ? '' : ': may well be chance'}` },
    { name: 'Window', value: `${weeks} full weeks, ${formatDay(from!, true)} – ${formatDay(to!, true)}` },
    { name: 'Definition', value: `${definition}. ${summary}` },
  ]
}
