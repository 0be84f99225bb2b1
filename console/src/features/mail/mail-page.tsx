/** One mail: what it said where that may be read, and what became of it. */
import { Button, Grid, Group, Text } from '@mantine/core'
import { IconSend } from '@tabler/icons-react'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { z } from 'zod'
import { call } from '~/api/client.ts'
import { useMay } from '~/app/session.tsx'
import { useAttempt } from '~/ui/attempt.ts'
import { Facts } from '~/ui/facts.tsx'
import { Loaded } from '~/ui/loaded.tsx'
import { Page } from '~/ui/page.tsx'
import { Panel } from '~/ui/panel.tsx'
import { PanelsSkeleton } from '~/ui/skeletons.tsx'
import { Moment } from '~/ui/time.tsx'
import { MailText } from './mail-text.tsx'
import { type MailDetail, mailQuery } from './queries.ts'
import { MailStateTag } from './state-tag.tsx'

const route = getRouteApi('/outbox/$id')

/** `/outbox/$id`. */
export function MailPage() {
  const { id } = route.useParams()
  const query = useQuery(mailQuery(id))
  const mail = query.data
  return (
    <Page
      title={mail ? (mail.subject ?? 'Confidential') : 'Mail'}
      lead={
        mail ? (
          <Group gap="xs">
            <MailStateTag state={mail.state} /> {mail.to === null ? 'not shown to whom' : `to ${mail.to}`}
          </Group>
        ) : (
          ' '
        )
      }
      actions={mail?.can_send_again ? <SendAgain mail={mail} /> : null}
    >
      <Loaded query={query} skeleton={<PanelsSkeleton count={2} height={300} cols={{ base: 1, lg: 2 }} />}>
        {(loaded) => (
          <Grid gap="md">
            <Grid.Col span={{ base: 12, lg: 5 }}>
              <Panel title="Delivery">
                <Facts rows={factsOf(loaded)} />
              </Panel>
            </Grid.Col>
            <Grid.Col span={{ base: 12, lg: 7 }}>
              {loaded.text === null ? (
                <Panel title="Text">
                  <Text c="dimmed">
                    {loaded.state === 'sent'
                      ? 'The text was erased when the mail was sent.'
                      : 'The text is sealed; it holds a link that is for the addressee alone.'}
                  </Text>
                </Panel>
              ) : (
                <MailText text={loaded.text} />
              )}
            </Grid.Col>
          </Grid>
        )}
      </Loaded>
    </Page>
  )
}

const factsOf = (mail: MailDetail) => [
  { name: 'For', value: mail.purpose },
  { name: 'Written', value: <Moment value={mail.created_at} absolute /> },
  { name: 'Attempts', value: mail.attempts },
  ...(mail.due_at ? [{ name: 'Tried next', value: <Moment value={mail.due_at} /> }] : []),
  ...(mail.sent_at ? [{ name: 'Sent', value: <Moment value={mail.sent_at} absolute /> }] : []),
  ...(mail.answer ? [{ name: 'Answer', value: mail.answer }] : []),
  ...(mail.last_error
    ? [
        {
          name: 'Last error',
          value: (
            <Text span inherit c="var(--dt-low)">
              {mail.last_error}
            </Text>
          ),
        },
      ]
    : []),
]

function SendAgain({ mail: { id, to } }: { mail: MailDetail }) {
  const queryClient = useQueryClient()
  const may = useMay('mail:write')
  const { busy, attempt } = useAttempt()
  if (!may) return null
  const send = () =>
    attempt(async () => {
      await call(z.unknown(), `/mail/${id}/send-again`, { method: 'POST', body: {} })
      await queryClient.invalidateQueries({ queryKey: ['mail'] })
      return to === null ? 'The mail is tried again' : `The mail to ${to} is tried again`
    })
  return (
    <Button leftSection={<IconSend size={16} />} loading={busy} onClick={() => void send()}>
      Send again
    </Button>
  )
}
