/** Pulse: how people find their work, beside what the metrics say of it. */
import { Button, Stack } from '@mantine/core'
import { IconMessageHeart, IconPlus } from '@tabler/icons-react'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { useMay } from '~/app/session.tsx'
import { Filters } from '~/features/delivery/filters.tsx'
import { daysBetween, resolveWindow } from '~/features/delivery/window.ts'
import { useAskedNew } from '~/ui/asked-new.ts'
import { useAttempt } from '~/ui/attempt.ts'
import { Loaded } from '~/ui/loaded.tsx'
import { Page } from '~/ui/page.tsx'
import { preloadPlots } from '~/ui/plots/index.tsx'
import { PanelsSkeleton, TableSkeleton } from '~/ui/skeletons.tsx'
import { EmptyState } from '~/ui/states.tsx'
import { useTimeZone } from '~/ui/time.tsx'
import { Together } from '~/ui/together.tsx'
import { AnswersPanels } from './answers-panels.tsx'
import { CloseSurvey } from './close-survey.tsx'
import { plotColumns, plotPanelHeight, tileColumns, tileHeight } from './layout.ts'
import { PulseTiles } from './pulse-tiles.tsx'
import { pulseQuery, type Survey, type SurveyDetail, surveyQuery, surveysQuery } from './queries.ts'
import { SurveyForm } from './survey-form.tsx'
import { SurveysPanel } from './surveys-panel.tsx'
import { TrendPanels } from './trend-panels.tsx'

const route = getRouteApi('/pulse')

type Open = { kind: 'new' } | { kind: 'edit'; survey: SurveyDetail } | { kind: 'close'; survey: Survey } | null
/** Longer windows have a point a month. */
const weeklyUpToDays = 100

/** `/pulse`. */
export function PulsePage() {
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const mayWrite = useMay('pulse:write')
  const window = resolveWindow(search, useTimeZone())
  const interval = daysBetween(window.from, window.to) <= weeklyUpToDays ? 'week' : 'month'
  const pulse = useQuery(pulseQuery({ ...window, interval }))
  const surveys = useQuery(surveysQuery)
  const [open, setOpen] = useState<Open>(null)
  const edit = useEdit((survey) => setOpen({ kind: 'edit', survey }))
  const close = () => setOpen(null)
  useEffect(preloadPlots, [])
  useAskedNew(() => {
    if (mayWrite) setOpen({ kind: 'new' })
  })
  const add = (
    <Button leftSection={<IconPlus size={16} />} onClick={() => setOpen({ kind: 'new' })}>
      New survey
    </Button>
  )
  const list = surveys.data?.surveys ?? []
  const isNew = surveys.data !== undefined && list.length === 0
  const actions = mayWrite
    ? {
        onNew: () => setOpen({ kind: 'new' }),
        onEdit: (survey: Survey) => void edit(survey.id),
        onClose: (survey: Survey) => setOpen({ kind: 'close', survey }),
      }
    : undefined
  return (
    <Page title="Pulse" lead="How people find their work: a minute every few weeks, answered anonymously.">
      {isNew ? null : (
        <Filters value={search} onChange={(next) => void navigate({ search: (now) => ({ ...now, ...next }) })} />
      )}
      <Together queries={[pulse, surveys]} skeleton={<PulseSkeleton />}>
        {isNew ? (
          <EmptyState icon={IconMessageHeart} title="Nobody has been asked yet" actions={mayWrite ? add : undefined}>
            A survey sends each person of a team a mail with three to five statements. Whose answer one is cannot be
            told: it is kept under a code that leads to nobody, results appear when the period is over and only if at
            least five people answered, and then the single answers are deleted.
          </EmptyState>
        ) : (
          <Stack gap="md">
            <Loaded query={pulse} skeleton={null}>
              {(reply) => (
                <Stack gap="md">
                  <PulseTiles reply={reply} />
                  <TrendPanels reply={reply} />
                  <AnswersPanels reply={reply} />
                </Stack>
              )}
            </Loaded>
            {/* When neither can be had, one of the two says why. */}
            {surveys.data || !pulse.error ? (
              <Loaded query={surveys} skeleton={null}>
                {() => <SurveysPanel surveys={list} actions={actions} />}
              </Loaded>
            ) : null}
          </Stack>
        )}
      </Together>
      {open?.kind === 'new' ? <SurveyForm survey={undefined} surveys={list} onClose={close} /> : null}
      {open?.kind === 'edit' ? <SurveyForm survey={open.survey} surveys={list} onClose={close} /> : null}
      {open?.kind === 'close' ? <CloseSurvey survey={open.survey} onClose={close} /> : null}
    </Page>
  )
}

/** Whom a survey asks is fetched only when somebody is about to change it. */
function useEdit(onRead: (survey: SurveyDetail) => void) {
  const queryClient = useQueryClient()
  const { attempt } = useAttempt()
  return (id: string) =>
    attempt(async () => {
      onRead(await queryClient.fetchQuery(surveyQuery(id)))
      return null
    })
}

const PulseSkeleton = () => (
  <Stack gap="md">
    <PanelsSkeleton count={4} height={tileHeight} cols={tileColumns} />
    <PanelsSkeleton count={4} height={plotPanelHeight} cols={plotColumns} />
    <TableSkeleton rows={4} />
  </Stack>
)
