/** What the stand-in answers about people, tenants, audit and mail, checked by the very schemas the console checks it with. */
import { anomalyPage, auditFacets, auditPage, verificationReply } from '../../src/modules/audit/schemas.ts'
import { allowanceList, allowanceRow, newAllowance } from '../../src/modules/dial/schemas.ts'
import { mailList, mailReply } from '../../src/modules/mail/schemas.ts'
import { mappingList, mappingReply, newMapping } from '../../src/modules/sso/schemas.ts'
import {
  accessReview as accessReviewSchema,
  invitationList,
  invitationReply,
  memberList,
  newInvitation,
  newSupportAccess,
  newTenant,
  personList,
  platformTenantList,
  registrationApproved,
  registrationList,
  registrationRejection,
  reviewCompleted,
  roleMatrix as roleMatrixSchema,
  supportAccessList,
  supportAccessReply,
  tenantChange,
  tenantReply,
} from '../../src/modules/tenants/schemas.ts'
import { anomalies, auditEvents, facets, verification } from './fixture-audit.ts'
import {
  accessReview,
  allowances,
  invitations,
  mailDetail,
  mails,
  mappings,
  members,
  people,
  registrations,
  roleMatrix,
  supportAccesses,
  tenants,
} from './fixture-people.ts'
import { as, checked, page, type Reply } from './fixture-reply.ts'

const some = <Row>(rows: readonly Row[], empty: boolean, keep = 0) => (empty ? rows.slice(0, keep) : [...rows])

/** The reply to a look, or null for what does not exist. */
export function lookAtPeople(path: string, query: URLSearchParams, empty: boolean): Reply {
  const like = (text: string) => text.toLowerCase().includes((query.get('q') ?? '').toLowerCase())
  const wanted = (name: string, value: string | null) => query.get(name) === null || query.get(name) === value
  if (/^\/mail\/\d+$/.test(path)) {
    const mail = mailDetail(Number(path.split('/')[2]))
    return mail && as(mailReply, mail)
  }
  switch (path) {
    case '/members':
      return as(memberList, { members: some(members, empty, 1), next_cursor: null })
    case '/invitations':
      return as(invitationList, {
        invitations: some(invitations, empty).filter(
          ({ state }) => query.get('state') !== 'open' || state === 'pending' || state === 'expired',
        ),
        next_cursor: null,
      })
    case '/roles':
      return as(roleMatrixSchema, roleMatrix)
    case '/access-review':
      return as(accessReviewSchema, accessReview(empty))
    case '/support-access':
      return as(supportAccessList, { support_accesses: some(supportAccesses, empty), next_cursor: null })
    case '/tenant':
      return as(tenantReply, tenants[0])
    case '/tenants':
      return as(platformTenantList, {
        tenants: some(tenants, empty).filter(({ name, status }) => like(name) && wanted('status', status)),
        next_cursor: null,
      })
    case '/registrations':
      return as(registrationList, {
        registrations: some(registrations, empty).filter(({ status }) => wanted('status', status)),
        next_cursor: null,
      })
    case '/people':
      return as(personList, {
        people: some(people, empty).filter(
          (person) =>
            like(person.name) && wanted('status', person.status) && wanted('platform_role', person.platform_role),
        ),
        next_cursor: null,
      })
    case '/oidc-mappings':
      return as(mappingList, mappings(empty))
    case '/audit': {
      const { shown, next_cursor } = page(
        some(auditEvents, empty).filter(
          ({ module, action, actor, subject }) =>
            wanted('module', module) &&
            wanted('action', action) &&
            wanted('actor', actor.id) &&
            wanted('subject', subject) &&
            like(`${action} ${subject} ${actor.name}`),
        ),
        query.get('cursor'),
      )
      return as(auditPage, { events: shown, next_cursor })
    }
    case '/audit/facets':
      return as(auditFacets, empty ? { days: 90, modules: [], actions: [], actors: [] } : facets)
    case '/audit/anomalies':
      return as(anomalyPage, anomalies(query.get('state') ?? 'open', empty))
    case '/mail': {
      const state = query.get('state') ?? 'all'
      return as(mailList, {
        mails: some(mails, empty).filter((mail) => state === 'all' || mail.state === state),
        next_cursor: null,
        deliverable: false,
        readable: true,
      })
    }
    case '/dial-allowances':
      return as(allowanceList, allowances(query.get('tenant_id'), empty))
    default:
      return null
  }
}

/** The reply to a change, or null when it is not about people. */
export function changePeople(method: string, path: string, body: unknown): Reply {
  switch (`${method} ${path.replaceAll(/\/[0-9a-f-]{36}/g, '/:id')}`) {
    case 'POST /invitations':
      return checked(newInvitation, body, (value) => as(invitationReply, { ...invitations[0], ...(value as object) }))
    case 'POST /tenants':
      return checked(newTenant, body, () => as(tenantReply, tenants[0]))
    case 'PATCH /tenant':
      return checked(tenantChange, body, () => as(tenantReply, tenants[0]))
    case 'POST /tenants/:id/support-access':
      return checked(newSupportAccess, body, () => as(supportAccessReply, supportAccesses[0]))
    case 'POST /registrations/:id/approve':
      return as(registrationApproved, { registration: registrations[2], tenant: tenants[1] })
    case 'POST /registrations/:id/reject':
      return checked(registrationRejection, body, () => ({ body: registrations[3] }))
    case 'POST /access-review/complete':
      return as(reviewCompleted, { at: new Date().toISOString(), by: 'Ada Lovelace', note: null })
    case 'POST /oidc-mappings':
      return checked(newMapping, body, () => as(mappingReply, mappings(false).mappings[0]))
    case 'POST /audit/verify':
      return as(verificationReply, verification)
    case 'POST /dial-allowances':
      return checked(newAllowance, body, () => as(allowanceRow, allowances(null, false).allowances[0]))
    default:
      return null
  }
}
