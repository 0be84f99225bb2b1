/** One alert: what was found, what to do, and all that happened to it. */
import { Button, Grid, Group, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { useState } from 'react'
import { useMay } from '~/app/session.tsx'
import { ToldPanel } from '~/features/notifications/told-panel.tsx'
import { Facts } from '~/ui/facts.tsx'
import { capitalize, humanize } from '~/ui/format.ts'
import { ButtonLink, TextLink } from '~/ui/link.tsx'
import { Loaded } from '~/ui/loaded.tsx'
import { Page } from '~/ui/page.tsx'
import { Panel } from '~/ui/panel.tsx'
import { PanelsSkeleton } from '~/ui/skeletons.tsx'
import type { Tone } from '~/ui/tag.tsx'
import { Moment } from '~/ui/time.tsx'
import { Timeline } from '~/ui/timeline.tsx'
import { alertTitle } from '../alert-title.ts'
import { type AlertDetail, alertQuery } from '../queries.ts'
import { AlertTags } from '../severity-tag.tsx'
import { AcknowledgeDialog } from './acknowledge-dialog.tsx'
import { measured } from './measured.ts'

const route = getRouteApi('/alerts/$id')

/** `/alerts/$id`. */
export function AlertPage() {
  const { id } = route.useParams()
  const query = useQuery(alertQuery(id))
  const mayWrite = useMay('admin:write')
  const mayReadTold = useMay('notifications:read')
  const [asked, setAsked] = useState(false)
  const alert = query.data
  return (
    <Page
      title={alert ? alertTitle(alert) : 'Alert'}
      back={<TextLink to="/alerts">Alerts</TextLink>}
      lead={alert ? <AlertTags alert={alert} /> : ' '}
      actions={
        alert?.state === 'raised' && mayWrite ? <Button onClick={() => setAsked(true)}>Acknowledge</Button> : null
      }
    >
      <Loaded query={query} skeleton={<PanelsSkeleton count={2} height={300} cols={{ base: 1, lg: 2 }} />}>
        {(detail) => (
          <Grid gap="md">
            <Grid.Col span={{ base: 12, lg: 6 }}>
              <Panel title="What was found">
                <Stack gap="md">
                  <Text>{detail.detail}</Text>
                  <Facts rows={factsOf(detail)} />
                  <Group gap="xs">
                    <Button component="a" href={detail.runbook_url} variant="default">
                      What to do about it
                    </Button>
                    <Related condition={detail.condition} />
                  </Group>
                </Stack>
              </Panel>
            </Grid.Col>
            <Grid.Col span={{ base: 12, lg: 6 }}>
              <Panel title="History">
                <Timeline
                  happenings={detail.history.toSorted((one, other) => one.at.localeCompare(other.at)).map(happeningOf)}
                />
              </Panel>
            </Grid.Col>
            {mayReadTold ? (
              <Grid.Col span={12}>
                <ToldPanel alertId={detail.id} />
              </Grid.Col>
            ) : null}
          </Grid>
        )}
      </Loaded>
      {asked && alert ? <AcknowledgeDialog alert={alert} onClose={() => setAsked(false)} /> : null}
    </Page>
  )
}

const factsOf = (alert: AlertDetail) => [
  { name: 'Value', value: `${measured(alert.value)}, threshold ${measured(alert.threshold)}` },
  { name: 'Raised', value: <Moment value={alert.raised_at} absolute /> },
  { name: 'Last found', value: <Moment value={alert.last_found_at} /> },
  ...(alert.acknowledged_at
    ? [
        {
          name: 'Acknowledged',
          value: (
            <>
              {alert.acknowledged_by ?? 'somebody'}, <Moment value={alert.acknowledged_at} />
            </>
          ),
        },
      ]
    : []),
  ...(alert.resolved_at ? [{ name: 'Resolved', value: <Moment value={alert.resolved_at} absolute /> }] : []),
  { name: 'Seen by', value: alert.visible_to === 'platform' ? 'those who run this installation' : 'this tenant' },
  {
    name: 'Condition',
    value: (
      <Text span inherit ff="monospace" fz="sm">
        {alert.condition}
      </Text>
    ),
  },
]

const tones: Record<AlertDetail['history'][number]['what'], Tone> = {
  raised: 'bad',
  reopened: 'bad',
  'severity-changed': 'warning',
  acknowledged: 'info',
  resolved: 'good',
}

function happeningOf({ at, what, by, note, value }: AlertDetail['history'][number]) {
  const facts = [by ? `by ${by}` : '', value === null ? '' : `value ${measured(value)}`].filter(Boolean).join(', ')
  return {
    key: `${at} ${what}`,
    what: capitalize(humanize(what)),
    at,
    tone: tones[what],
    detail:
      facts || note ? (
        <>
          {facts}
          {note ? <Text size="sm">{note}</Text> : null}
        </>
      ) : null,
  }
}

/** Where the thing itself is to be seen. */
function Related({ condition }: { condition: string }) {
  if (condition.includes('dead_letter'))
    return (
      <ButtonLink to="/dead-letters" variant="default">
        Dead letters
      </ButtonLink>
    )
  if (/integration|signature/.test(condition))
    return (
      <ButtonLink to="/integrations" variant="default">
        Integrations
      </ButtonLink>
    )
  if (/queue/.test(condition))
    return (
      <ButtonLink to="/operations" variant="default">
        Throughput
      </ButtonLink>
    )
  return null
}
