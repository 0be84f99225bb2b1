/** `/tenants`, `/registrations` and `/people`: for who runs the installation. */
import { z } from 'zod'
import { contextOf, type Http } from '#kernel/http/index.ts'
import { approve, listRegistrations, reject } from './decide-registration.ts'
import type { Deps } from './deps.ts'
import { changePerson, listPeople } from './platform-people.ts'
import {
  byId,
  newSupportAccess,
  newTenant,
  peopleQuery,
  personChange,
  personList,
  personReply,
  platformTenant,
  platformTenantChange,
  platformTenantList,
  registrationApproval,
  registrationApproved,
  registrationList,
  registrationQuery,
  registrationRejection,
  registrationReply,
  supportAccessReply,
  tenantQuery,
} from './schemas.ts'
import { openSupport } from './support-access.ts'
import { changeTenant, createTenant, listTenants, removeTenant } from './tenants.ts'

const tags = ['platform']
const read = { permission: 'tenants:read' }
const write = { permission: 'tenants:write' }

export const platformRoutes = (deps: Deps) => (http: Http) => {
  http.get(
    '/tenants',
    {
      config: read,
      schema: { tags, summary: 'Tenants', querystring: tenantQuery, response: { 200: platformTenantList } },
    },
    (request) => listTenants(deps, contextOf(request), request.query),
  )
  http.post(
    '/tenants',
    {
      config: { ...write, idempotency: { none: 'its slug is taken the second time' } },
      schema: {
        tags,
        summary: 'Make a tenant, and invite its owner',
        body: newTenant,
        response: { 201: platformTenant },
      },
    },
    async (request, reply) => reply.status(201).send(await createTenant(deps, contextOf(request), request.body)),
  )
  http.patch(
    '/tenants/:id',
    {
      config: write,
      schema: {
        tags,
        summary: 'Suspend or resume a tenant, grant a plan or modules',
        params: byId,
        body: platformTenantChange,
        response: { 200: platformTenant },
      },
    },
    (request) => changeTenant(deps, contextOf(request), request.params.id, request.body),
  )
  http.delete(
    '/tenants/:id',
    {
      config: write,
      schema: {
        tags,
        summary: 'Remove a tenant; its data is kept until it is erased',
        params: byId,
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      await removeTenant(deps, contextOf(request), request.params.id)
      return reply.status(204).send(null)
    },
  )
  http.post(
    '/tenants/:id/support-access',
    {
      config: {
        permission: 'support-access:open',
        idempotency: { none: 'a second open access of the same person is refused' },
      },
      schema: {
        tags,
        summary: 'Look into a tenant for a while; its admins see it',
        params: byId,
        body: newSupportAccess,
        response: { 201: supportAccessReply },
      },
    },
    async (request, reply) =>
      reply.status(201).send(await openSupport(deps, contextOf(request), request.params.id, request.body)),
  )
  registrations(deps, http)
  people(deps, http)
}

function registrations(deps: Deps, http: Http) {
  const decides = { ...write, idempotency: { none: 'a request is decided once' } }
  http.get(
    '/registrations',
    {
      config: read,
      schema: {
        tags,
        summary: 'Who asks for a tenant',
        querystring: registrationQuery,
        response: { 200: registrationList },
      },
    },
    (request) => listRegistrations(deps, contextOf(request), request.query),
  )
  http.post(
    '/registrations/:id/approve',
    {
      config: decides,
      schema: {
        tags,
        summary: 'Make the tenant, with whoever asked as its owner',
        params: byId,
        body: registrationApproval,
        response: { 201: registrationApproved },
      },
    },
    async (request, reply) =>
      reply.status(201).send(await approve(deps, contextOf(request), request.params.id, request.body)),
  )
  http.post(
    '/registrations/:id/reject',
    {
      config: decides,
      schema: {
        tags,
        summary: 'Decline, with a reason that is mailed',
        params: byId,
        body: registrationRejection,
        response: { 200: registrationReply },
      },
    },
    (request) => reject(deps, contextOf(request), request.params.id, request.body.reason),
  )
}

function people(deps: Deps, http: Http) {
  http.get(
    '/people',
    {
      config: { permission: 'people:read' },
      schema: { tags, summary: 'People with an account', querystring: peopleQuery, response: { 200: personList } },
    },
    (request) => listPeople(deps, contextOf(request), request.query),
  )
  http.patch(
    '/people/:id',
    {
      config: { permission: 'people:write' },
      schema: {
        tags,
        summary: 'Disable an account or let it in again, give or take a platform role',
        params: byId,
        body: personChange,
        response: { 200: personReply },
      },
    },
    (request) => changePerson(deps, contextOf(request), request.params.id, request.body),
  )
}
