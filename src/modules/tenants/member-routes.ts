/** `/members`, `/invitations`, `/roles`, `/access-review`, `/support-access` and `/tenant`: for a tenant's own people. */
import { z } from 'zod'
import { contextOf, type Http } from '#kernel/http/index.ts'
import { completeReview, reviewAccess, reviewAsCsv } from './access-review.ts'
import type { Deps } from './deps.ts'
import { invite, listInvitations, resendInvitation, takeBackInvitation } from './invitations.ts'
import { changeMember, listMembers, removeMember } from './members.ts'
import { rolesOf } from './role-matrix.ts'
import {
  accessReview,
  accessReviewQuery,
  byId,
  byPerson,
  invitationList,
  invitationQuery,
  invitationReply,
  memberChange,
  memberList,
  memberQuery,
  memberReply,
  newInvitation,
  reviewCompleted,
  reviewCompletion,
  roleMatrix,
  supportAccessList,
  supportAccessQuery,
  tenantChange,
  tenantReply,
} from './schemas.ts'
import { endSupport, listSupport } from './support-access.ts'
import { changeOwn, readOwn } from './tenants.ts'

const tags = ['members']
const read = { permission: 'members:read' }
const write = { permission: 'members:write' }
const review = { permission: 'members:review' }

export const memberRoutes = (deps: Deps) => (http: Http) => {
  http.get(
    '/members',
    {
      config: read,
      schema: {
        tags,
        summary: 'Members of the tenant, who joined last first',
        querystring: memberQuery,
        response: { 200: memberList },
      },
    },
    (request) => listMembers(deps, contextOf(request), request.query),
  )
  http.patch(
    '/members/:person_id',
    {
      config: write,
      schema: {
        tags,
        summary: 'Give a member another role, suspend them, or let them in again',
        params: byPerson,
        body: memberChange,
        response: { 200: memberReply },
      },
    },
    (request) => changeMember(deps, contextOf(request), request.params.person_id, request.body),
  )
  http.delete(
    '/members/:person_id',
    {
      config: write,
      schema: { tags, summary: 'Take a member out of the tenant', params: byPerson, response: { 204: z.null() } },
    },
    async (request, reply) => {
      await removeMember(deps, contextOf(request), request.params.person_id)
      return reply.status(204).send(null)
    },
  )

  http.get(
    '/invitations',
    {
      config: read,
      schema: {
        tags,
        summary: 'Invitations, newest first',
        querystring: invitationQuery,
        response: { 200: invitationList },
      },
    },
    (request) => listInvitations(deps, contextOf(request), request.query),
  )
  http.post(
    '/invitations',
    {
      config: { ...write, idempotency: 'replay' },
      schema: {
        tags,
        summary: 'Invite somebody by e-mail',
        body: newInvitation,
        response: { 201: invitationReply },
      },
    },
    async (request, reply) => reply.status(201).send(await invite(deps, contextOf(request), request.body)),
  )
  http.post(
    '/invitations/:id/resend',
    {
      config: { ...write, idempotency: 'replay' },
      schema: {
        tags,
        summary: 'Send an invitation again; the link before stops working',
        params: byId,
        response: { 200: invitationReply },
      },
    },
    (request) => resendInvitation(deps, contextOf(request), request.params.id),
  )
  http.delete(
    '/invitations/:id',
    { config: write, schema: { tags, summary: 'Take back an invitation', params: byId, response: { 204: z.null() } } },
    async (request, reply) => {
      await takeBackInvitation(deps, contextOf(request), request.params.id)
      return reply.status(204).send(null)
    },
  )

  http.get(
    '/roles',
    { config: read, schema: { tags, summary: 'Roles and what each may do', response: { 200: roleMatrix } } },
    async () => rolesOf(deps.permissions),
  )
}

export const reviewRoutes = (deps: Deps) => (http: Http) => {
  http.get(
    '/access-review',
    {
      config: review,
      schema: {
        tags,
        summary: 'Who has access, when they were last here, and what is left open',
        querystring: accessReviewQuery,
        response: { 200: accessReview },
      },
    },
    async (request, reply) => {
      const found = await reviewAccess(deps, contextOf(request))
      if (request.query.format !== 'csv') return found
      return reply
        .type('text/csv; charset=utf-8')
        .header('content-disposition', 'attachment; filename="access-review.csv"')
        .send(reviewAsCsv(found) as never)
    },
  )
  http.post(
    '/access-review/complete',
    {
      config: { ...review, idempotency: 'replay' },
      schema: {
        tags,
        summary: 'Write down that access was reviewed',
        body: reviewCompletion,
        response: { 201: reviewCompleted },
      },
    },
    async (request, reply) =>
      reply.status(201).send(await completeReview(deps, contextOf(request), request.body.note ?? null)),
  )

  http.get(
    '/support-access',
    {
      config: { permission: 'support-access:read' },
      schema: {
        tags,
        summary: 'Who of the platform looked in, and why, newest first',
        querystring: supportAccessQuery,
        response: { 200: supportAccessList },
      },
    },
    (request) => listSupport(deps, contextOf(request), request.query),
  )
  // Its own person ends it too, who may be in any tenant or none: the use case knows who may.
  http.delete(
    '/support-access/:id',
    {
      config: { permission: 'session:read' },
      schema: { tags, summary: 'End a support access', params: byId, response: { 204: z.null() } },
    },
    async (request, reply) => {
      await endSupport(deps, contextOf(request), request.params.id)
      return reply.status(204).send(null)
    },
  )

  http.get(
    '/tenant',
    {
      config: { permission: 'members:read' },
      schema: { tags: ['tenants'], summary: 'The tenant you are in', response: { 200: tenantReply } },
    },
    (request) => readOwn(deps, contextOf(request)),
  )
  http.patch(
    '/tenant',
    {
      config: { permission: 'tenant:write' },
      schema: {
        tags: ['tenants'],
        summary: 'Change the name or the time zone of the tenant',
        body: tenantChange,
        response: { 200: tenantReply },
      },
    },
    (request) => changeOwn(deps, contextOf(request), request.body),
  )
}
