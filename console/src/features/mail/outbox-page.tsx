/** The outbox: every mail this installation sent, holds or could not deliver. */
import { Alert, SegmentedControl, Stack, Text } from '@mantine/core'
import { IconMailCheck } from '@tabler/icons-react'
import { useInfiniteQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { type Column, DataTable } from '~/ui/data-table.tsx'
import { Field } from '~/ui/field.tsx'
import { capitalize } from '~/ui/format.ts'
import { TextLink } from '~/ui/link.tsx'
import { LoadMore } from '~/ui/load-more.tsx'
import { Loaded } from '~/ui/loaded.tsx'
import { Page } from '~/ui/page.tsx'
import { TableSkeleton } from '~/ui/skeletons.tsx'
import { EmptyState } from '~/ui/states.tsx'
import { Moment } from '~/ui/time.tsx'
import { type Mail, mailsQuery } from './queries.ts'
import { mailStates } from './search.ts'
import { MailStateTag } from './state-tag.tsx'

const route = getRouteApi('/outbox')

/** `/outbox`. */
export function OutboxPage() {
  const { state = 'all' } = route.useSearch()
  const navigate = route.useNavigate()
  const query = useInfiniteQuery(mailsQuery({ state }))
  return (
    <Page title="Outbox" lead="Invitations, resets and decisions that go out by mail.">
      <Field label="State">
        <SegmentedControl
          aria-label="State"
          w="max-content"
          maw="100%"
          data={mailStates.toSorted(allFirst).map((value) => ({ value, label: capitalize(value) }))}
          value={state}
          onChange={(value) =>
            void navigate({ search: { state: value === 'all' ? undefined : (value as typeof state) } })
          }
        />
      </Field>
      <Loaded query={query} skeleton={<TableSkeleton rows={6} />}>
        {({ pages }) => {
          const mails = pages.flatMap((page) => page.mails)
          return (
            <Stack gap="md">
              <NoServer page={pages[0]} />
              {mails.length === 0 ? (
                <EmptyState icon={IconMailCheck} title={state === 'failed' ? 'No mail failed' : 'No mail is like that'}>
                  Mails appear here when somebody is invited or asks for a new password.
                </EmptyState>
              ) : (
                <div>
                  <DataTable
                    caption="Mails"
                    columns={columns}
                    rows={mails}
                    rowKey={({ id }) => String(id)}
                    minWidth={320}
                  />
                  <LoadMore shown={mails.length} noun="mails" query={query} />
                </div>
              )}
            </Stack>
          )
        }}
      </Loaded>
    </Page>
  )
}

const allFirst = (one: string, other: string) => Number(other === 'all') - Number(one === 'all')

/** Without a mail server nothing leaves this machine: then the links are read here. */
function NoServer({ page }: { page: { deliverable: boolean; readable: boolean } | undefined }) {
  if (!page || page.deliverable) return null
  return (
    <Alert color="yellow" variant="light" title="No mail server is configured">
      {page.readable
        ? 'Mails are kept here instead, so that you can open one and use its link. Set SMTP_URL to send them.'
        : 'Nobody gets their mail. Set SMTP_URL and start daytwo again.'}
    </Alert>
  )
}

const columns: Column<Mail>[] = [
  {
    id: 'mail',
    header: 'Mail',
    cell: ({ id, subject, to, last_error: error, state }) => (
      <Stack gap={2}>
        <TextLink to="/outbox/$id" params={{ id: String(id) }} fw={500}>
          {subject ?? 'Confidential'}
        </TextLink>
        <Text size="sm" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
          {to === null ? 'not shown to whom' : `to ${to}`}
        </Text>
        {error && state !== 'sent' ? (
          <Text size="sm" c="var(--dt-low)" lineClamp={2} maw={480}>
            {error}
          </Text>
        ) : null}
      </Stack>
    ),
  },
  { id: 'state', header: 'State', cell: ({ state }) => <MailStateTag state={state} /> },
  { id: 'purpose', header: 'For', phone: false, cell: ({ purpose }) => purpose },
  { id: 'attempts', header: 'Attempts', align: 'right', phone: false, cell: ({ attempts }) => attempts },
  { id: 'at', header: 'Written', phone: false, cell: ({ created_at: at }) => <Moment value={at} /> },
]
