/** Requests about members, invitations, roles, the access review and who of the platform looked in. */
import { type QueryClient, queryOptions } from '@tanstack/react-query'
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

export const membersQuery = queryOptions({
  queryKey: ['members'],
  queryFn: ({ signal }) => call(memberList, '/members', { signal }),
  refetchInterval: liveMs,
})

export const invitationsQuery = queryOptions({
  queryKey: ['invitations'],
  queryFn: ({ signal }) => call(invitationList, '/invitations', { signal }),
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

export const supportAccessQuery = queryOptions({
  queryKey: ['support-access'],
  queryFn: ({ signal }) => call(supportAccessList, '/support-access', { signal }),
  refetchInterval: liveMs,
})

/** What changes when somebody comes, goes or gets another role. */
export const renewMembers = (client: QueryClient) =>
  Promise.all(
    ['members', 'invitations', 'access-review', 'audit'].map((key) => client.invalidateQueries({ queryKey: [key] })),
  )

/** An invitation that waits for its answer, though its link may have expired. */
export const isWaiting = ({ state }: Invitation): boolean => state === 'pending' || state === 'expired'
