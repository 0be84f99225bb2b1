/** When will it be done, and how much by then: an answer with its confidence, what it rests on, and whether answers like it held. */
import { Grid, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { useEffect } from 'react'
import { Loaded } from '~/ui/loaded.tsx'
import { Page } from '~/ui/page.tsx'
import { preloadPlots } from '~/ui/plots/index.tsx'
import { forecastQuery } from '../queries.ts'
import { CalibrationPanel } from './calibration-panel.tsx'
import { ForecastFilters } from './forecast-filters.tsx'
import { ForecastsSkeleton } from './forecasts-skeleton.tsx'
import { HistoryPanel } from './history-panel.tsx'
import { HowManyAnswer } from './how-many-answer.tsx'
import { Question } from './question.tsx'
import { SaidBefore } from './said-before.tsx'
import { Warnings } from './warnings.tsx'
import { WhenAnswer } from './when-answer.tsx'

const route = getRouteApi('/forecasts')

/** `/forecasts`. */
export function ForecastsPage() {
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const { stream, tech_stream, items, by, history, walk } = search
  const query = { stream, tech_stream, items, by, history_days: history, days: walk, scope_growth: 'sampled' }
  const forecast = useQuery(forecastQuery(query))
  useEffect(preloadPlots, [])
  const change = (next: Partial<typeof search>) => void navigate({ search: (now) => ({ ...now, ...next }) })
  return (
    <Page
      title="Forecasts"
      lead="What could be finished, and when, drawn from what was finished day by day. No promise."
    >
      <ForecastFilters value={search} onChange={change} />
      <Question key={`${items} ${by}`} value={search} onAsk={change} open={forecast.data?.open_items} />
      <Loaded query={forecast} skeleton={<ForecastsSkeleton />}>
        {(reply) => (
          <Stack gap="md">
            <Warnings reply={reply} />
            <Grid gap="md">
              <Grid.Col span={{ base: 12, md: 6 }}>
                <WhenAnswer reply={reply} />
              </Grid.Col>
              <Grid.Col span={{ base: 12, md: 6 }}>
                <HowManyAnswer reply={reply} />
              </Grid.Col>
              <Grid.Col span={{ base: 12, md: 6 }}>
                <HistoryPanel reply={reply} />
              </Grid.Col>
              <Grid.Col span={{ base: 12, md: 6 }}>
                <SaidBefore reply={reply} />
              </Grid.Col>
            </Grid>
            <CalibrationPanel reply={reply} />
            <Text size="sm" c="dimmed" maw={760}>
              {reply.summary} <span>{reply.definition}</span>
            </Text>
          </Stack>
        )}
      </Loaded>
    </Page>
  )
}
