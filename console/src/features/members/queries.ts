/** Requests about members, invitations, roles, the access review and who of the platform looked in. */
import { infiniteQueryOptions, type QueryClient, queryOptions } from '@tanstack/react-query'
import type { z } from 'zod'
import {
  accessReview,
  invitationList,
  type invitationReply,
  memberList,
  memberReply,
  roleMatrix,
  supportAccessList,
  type supportAccessReply,
} from '#modules/tenants/schemas.ts'
import { call } from '~/api/client.ts'

const liveMs = 10_000

export type Member = z.output<typeof memberReply>
export type Role = Member['role']
export type Invitation = z.output<typeof invitationReply>
export type RoleMatrix = z.output<typeof roleMatrix>
export type AccessReview = z.output<typeof accessReview>
export type SupportAccess = z.output<typeof supportAccessReply>

/** Least first. */
export const roles: readonly Role[] = memberReply.shape.role.options

/** Roles that somebody may give: their own and those below. */
export const rolesUpTo = (own: Role | null | undefined): readonly Role[] =>
  own ? roles.slice(0, roles.indexOf(own) + 1) : roles

/** Whether one may change another: nobody above their own role. */
export const mayChange = (own: Role | null | undefined, other: Role): boolean => rolesUpTo(own).includes(other)

/** Who joined last first, page by page. */
export const membersQuery = infiniteQueryOptions({
  queryKey: ['members', 'list'],
  queryFn: ({ signal, pageParam }) => call(memberList, '/members', { query: { cursor: pageParam }, signal }),
  initialPageParam: null as string | null,
  getNextPageParam: (page) => page.next_cursor,
  refetchInterval: liveMs,
})

/** Those that wait for an answer, though their link may have expired; newest first, page by page. */
export const openInvitationsQuery = infiniteQueryOptions({
  queryKey: ['invitations', 'open'],
  queryFn: ({ signal, pageParam }) =>
    call(invitationList, '/invitations', { query: { state: 'open', cursor: pageParam }, signal }),
  initialPageParam: null as string | null,
  getNextPageParam: (page) => page.next_cursor,
  refetchInterval: liveMs,
})

/** All that wait for an answer, for the home page, which counts them. */
export const invitationsQuery = queryOptions({
  queryKey: ['invitations', 'all-open'],
  queryFn: async ({ signal }): Promise<z.output<typeof invitationList>> => {
    const invitations: Invitation[] = []
    let cursor: string | null = null
    do {
      const page: z.output<typeof invitationList> = await call(invitationList, '/invitations', {
        query: { state: 'open', limit: 200, cursor },
        signal,
      })
      invitations.push(...page.invitations)
      cursor = page.next_cursor
    } while (cursor !== null)
    return { invitations, next_cursor: null }
  },
  refetchInterval: liveMs,
})

export const rolesQuery = queryOptions({
  queryKey: ['roles'],
  queryFn: ({ signal }) => call(roleMatrix, '/roles', { signal }),
  staleTime: 600_000,
})

export const accessReviewQuery = queryOptions({
  queryKey: ['access-review'],
  queryFn: ({ signal }) => call(accessReview, '/access-review', { signal }),
})

/** Newest first, page by page. */
export const supportAccessQuery = infiniteQueryOptions({
  queryKey: ['support-access', 'list'],
  queryFn: ({ signal, pageParam }) =>
    call(supportAccessList, '/support-access', { query: { cursor: pageParam }, signal }),
  initialPageParam: null as string | null,
  getNextPageParam: (page) => page.next_cursor,
  refetchInterval: liveMs,
})

/** What changes when somebody comes, goes or gets another role. */
export const renewMembers = (client: QueryClient) =>
  Promise.all(
    ['members', 'invitations', 'access-review', 'audit'].map((key) => client.invalidateQueries({ queryKey: [key] })),
  )
