/** Everything that may need somebody: who is asked about it, what the answer means, and where it is mended. */
import { Anchor } from '@mantine/core'
import { type QueryKey, type UseQueryOptions, useQueries } from '@tanstack/react-query'
import { createLink, type LinkComponentProps } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useSession } from '~/app/session.tsx'
import { openAnomaliesQuery } from '~/features/audit/queries.ts'
import { failedMailsQuery } from '~/features/mail/queries.ts'
import { accessReviewQuery, invitationsQuery } from '~/features/members/queries.ts'
import { integrationHealthQuery, openAlertsQuery, workQuery } from '~/features/operations/queries.ts'
import { waitingRegistrationsQuery } from '~/features/tenants/queries.ts'
import {
  sayAlerts,
  sayAnomalies,
  sayDeadLetters,
  sayInvitations,
  sayMails,
  sayRegistrations,
  sayReview,
  saySources,
} from './say.ts'

export type NeedTone = 'calm' | 'soon' | 'now'
export type Need = { tone: NeedTone; text: string }
export type AskedNeed = {
  label: string
  link: (content: ReactNode) => ReactNode
  /** Undefined until it is read. */
  need: Need | undefined
  failed: boolean
}

const NeedLink = createLink((props: Omit<LinkComponentProps<'a'>, 'color'>) => (
  <Anchor {...(props as object)} c="inherit" underline="never" display="block" bdrs="sm" />
))

type Kind = {
  label: string
  may: string
  /** Inside a tenant, or about the installation. */
  of: 'tenant' | 'platform'
  link: AskedNeed['link']
  query: { queryKey: QueryKey; queryFn: () => Promise<unknown>; select: (data: unknown) => Need }
}

const liveMs = 15_000

/** A request whose answer is put into words; shared with the page that shows all of it. */
const asked = <Data, Key extends QueryKey>(query: UseQueryOptions<Data, Error, Data, Key>, say: (data: Data) => Need) =>
  ({ ...query, select: say }) as unknown as Kind['query']

const kinds: readonly Kind[] = [
  {
    label: 'Alerts',
    may: 'admin:read',
    of: 'tenant',
    link: (content) => <NeedLink to="/alerts">{content}</NeedLink>,
    query: asked(openAlertsQuery(liveMs), sayAlerts),
  },
  {
    label: 'Sources',
    may: 'admin:read',
    of: 'tenant',
    link: (content) => <NeedLink to="/integrations">{content}</NeedLink>,
    query: asked(integrationHealthQuery, saySources),
  },
  {
    label: 'Dead letters',
    may: 'queue:write',
    of: 'tenant',
    link: (content) => <NeedLink to="/dead-letters">{content}</NeedLink>,
    query: asked(workQuery, sayDeadLetters),
  },
  {
    label: 'Invitations',
    may: 'members:write',
    of: 'tenant',
    link: (content) => <NeedLink to="/members">{content}</NeedLink>,
    query: asked(invitationsQuery, sayInvitations),
  },
  {
    label: 'Access review',
    may: 'members:review',
    of: 'tenant',
    link: (content) => <NeedLink to="/members/access-review">{content}</NeedLink>,
    query: asked(accessReviewQuery, sayReview),
  },
  {
    label: 'Audit',
    may: 'audit:read',
    of: 'tenant',
    link: (content) => <NeedLink to="/audit/anomalies">{content}</NeedLink>,
    query: asked(openAnomaliesQuery, sayAnomalies),
  },
  {
    label: 'Registrations',
    may: 'tenants:write',
    of: 'platform',
    link: (content) => <NeedLink to="/registrations">{content}</NeedLink>,
    query: asked(waitingRegistrationsQuery, sayRegistrations),
  },
  {
    label: 'Mails',
    may: 'mail:read',
    of: 'platform',
    link: (content) => (
      <NeedLink to="/outbox" search={{ state: 'failed' }}>
        {content}
      </NeedLink>
    ),
    query: asked(failedMailsQuery, sayMails),
  },
]

/** What this session may look after, each with its answer; one request a line. */
export function useNeeds(): AskedNeed[] {
  const { tenant, permissions } = useSession()
  const own = kinds.filter(
    ({ may, of }) => (permissions.includes('*') || permissions.includes(may)) && (of === 'platform' || tenant !== null),
  )
  const answers = useQueries({ queries: own.map(({ query }) => query) })
  return own.map(({ label, link }, index) => ({
    label,
    link,
    need: answers[index]?.data,
    failed: answers[index]?.data === undefined && answers[index]?.error != null,
  }))
}
