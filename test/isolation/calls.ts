/** One line for each route of the API. */
import type { Context } from '#kernel/context/index.ts'
import { type Filled, marker } from './fill.ts'

export type Call = {
  readonly path?: string
  readonly payload?: object
  readonly status: number
  /** The permission that the use case asks for, where the route leaves it to that. */
  readonly needs?: string
}
/**
 * How each route is asked for something of the first tenant's, and what the second tenant's key is told (`status`). A route without
 * a line here fails the build.
 */
export const callsFor = (theirs: Filled, alpha: Context): Record<string, Call> => ({
  // First, while the second tenant has done nothing that bears the first one's name.
  'GET /audit': { status: 200 },
  'GET /audit/facets': { status: 200 },
  'GET /audit/export': { status: 200 },
  'POST /audit/verify': { status: 200 },
  'GET /audit/anomalies': { status: 200 },
  'POST /audit/anomalies/{id}/acknowledge': {
    path: `/audit/anomalies/${theirs.anomaly}/acknowledge`,
    payload: { note: 'x' },
    status: 404,
  },
  'GET /mail': { status: 200 },
  'GET /mail/{id}': { path: `/mail/${theirs.mail}`, status: 404 },
  'POST /mail/{id}/send-again': { path: `/mail/${theirs.mail}/send-again`, status: 404 },
  // Of the platform: no key of a tenant decides what that tenant may reach.
  'GET /dial-allowances': { status: 403 },
  'POST /dial-allowances': {
    payload: { tenant_id: alpha.tenantId, target: '10.0.0.0/8', reason: 'to look in' },
    status: 403,
  },
  'DELETE /dial-allowances/{id}': { path: `/dial-allowances/${theirs.allowance}`, status: 403 },
  'GET /api-keys': { status: 200 },
  'POST /api-keys': { payload: { name: 'x', scopes: ['metrics:read'] }, status: 201 },
  'DELETE /api-keys/{id}': { path: `/api-keys/${theirs.key}`, status: 404 },
  'POST /api-keys/{id}/rotate': { path: `/api-keys/${theirs.key}/rotate`, payload: {}, status: 404 },
  'GET /session': { status: 200 },
  // A key belongs to one tenant for good; where persons go is shown in the module's own tests.
  'POST /auth/tenant': { payload: { tenant_id: alpha.tenantId }, status: 403 },
  // Of the platform, whatever the scope of a tenant's key.
  'GET /oidc-mappings': { status: 403 },
  'POST /oidc-mappings': { payload: { group: 'x', platform_role: 'support' }, status: 403 },
  'DELETE /oidc-mappings/{id}': { path: `/oidc-mappings/${theirs.key}`, status: 403 },
  // Of persons, who belong to no tenant; a key has no account.
  'GET /account': { status: 403 },
  'PATCH /account': { payload: { name: 'x' }, status: 403 },
  'POST /account/password': { payload: { password: 'x' }, status: 403 },
  'GET /account/sessions': { status: 403 },
  'DELETE /account/sessions/{id}': { path: `/account/sessions/${theirs.key}`, status: 403 },
  'POST /account/sessions/end-others': { status: 403 },
  'GET /account/second-factors': { status: 403 },
  'POST /account/confirm': { payload: { method: 'totp', code: '123456' }, status: 403 },
  'POST /account/totp': { status: 403 },
  'POST /account/totp/confirm': { payload: { code: '123456' }, status: 403 },
  'DELETE /account/totp': { status: 403 },
  'POST /account/recovery-codes': { status: 403 },
  'POST /account/passkeys/options': { status: 403 },
  'POST /account/passkeys': {
    payload: {
      response: { id: 'x', rawId: 'x', type: 'public-key', response: { clientDataJSON: 'x', attestationObject: 'x' } },
    },
    status: 403,
  },
  'PATCH /account/passkeys/{id}': { path: `/account/passkeys/${theirs.key}`, payload: { name: 'x' }, status: 403 },
  'DELETE /account/passkeys/{id}': { path: `/account/passkeys/${theirs.key}`, status: 403 },
  'GET /members': { status: 200 },
  'PATCH /members/{person_id}': { path: `/members/${theirs.person}`, payload: { role: 'viewer' }, status: 404 },
  'DELETE /members/{person_id}': { path: `/members/${theirs.person}`, status: 404 },
  'GET /invitations': { status: 200 },
  'POST /invitations': { payload: { email: 'beta@example.com', role: 'viewer' }, status: 201 },
  'POST /invitations/{id}/resend': { path: `/invitations/${theirs.invitation}/resend`, status: 404 },
  'DELETE /invitations/{id}': { path: `/invitations/${theirs.invitation}`, status: 404 },
  'GET /roles': { status: 200 },
  'GET /access-review': { status: 200 },
  'POST /access-review/complete': { payload: {}, status: 201 },
  'GET /support-access': { status: 200 },
  'DELETE /support-access/{id}': { path: `/support-access/${theirs.support}`, status: 404 },
  'GET /tenant': { status: 200 },
  'PATCH /tenant': { payload: { name: 'Beta' }, status: 200 },
  // Of the platform: a key of another tenant than the first never reaches it, whatever its scope.
  'GET /tenants': { status: 403 },
  'POST /tenants': { payload: { slug: 'x', name: 'x' }, status: 403 },
  'PATCH /tenants/{id}': { path: `/tenants/${alpha.tenantId}`, payload: { plan: 'core' }, status: 403 },
  'DELETE /tenants/{id}': { path: `/tenants/${alpha.tenantId}`, status: 403 },
  'POST /tenants/{id}/support-access': {
    path: `/tenants/${alpha.tenantId}/support-access`,
    payload: { role: 'viewer', reason: 'to look in', minutes: 5 },
    status: 403,
  },
  'GET /registrations': { status: 403 },
  'POST /registrations/{id}/approve': {
    path: `/registrations/${theirs.person}/approve`,
    payload: { plan: 'core' },
    status: 403,
  },
  'POST /registrations/{id}/reject': {
    path: `/registrations/${theirs.person}/reject`,
    payload: { reason: 'not today' },
    status: 403,
  },
  'GET /people': { status: 403 },
  'PATCH /people/{id}': { path: `/people/${theirs.person}`, payload: { status: 'disabled' }, status: 403 },
  'GET /streams': { status: 200 },
  'POST /streams': { payload: { id: marker.replace('only', 'also'), name: 'x' }, status: 201 },
  'GET /streams/{id}': { path: `/streams/${marker}`, status: 404 },
  'PATCH /streams/{id}': { path: `/streams/${marker}`, payload: { name: 'x' }, status: 404 },
  'DELETE /streams/{id}': { path: `/streams/${marker}`, status: 404 },
  'GET /deployments': { path: '/deployments?from=2026-10-01&to=2026-11-21', status: 200 },
  // The same names as the first tenant's: they are this one's own.
  'POST /deployments': {
    payload: { external_id: '7', repository: `${marker}/shop`, environment: 'production' },
    status: 202,
  },
  'POST /incidents': { payload: { external_id: `${marker}/shop#9`, title: 'x' }, status: 202 },
  'GET /deployments/{id}': { path: `/deployments/${theirs.deployment}`, status: 404 },
  'GET /incidents': { path: '/incidents?from=2026-10-01&to=2026-11-21', status: 200 },
  'PUT /incidents/{id}/attribution': {
    path: `/incidents/${theirs.incident}/attribution`,
    payload: { deployment_id: null, reason: 'not mine' },
    status: 404,
  },
  'DELETE /incidents/{id}/attribution': { path: `/incidents/${theirs.incident}/attribution`, status: 404 },
  'GET /metrics/dora': { path: '/metrics/dora?from=2026-10-01&to=2026-11-21', status: 200 },
  'GET /metrics/dora/streams': { path: '/metrics/dora/streams?from=2026-10-01&to=2026-11-21', status: 200 },
  'GET /metrics/dora/receipt': {
    path: `/metrics/dora/receipt?metric=change_failure_rate&stream=${marker}`,
    status: 404,
    needs: 'delivery:read',
  },
  'GET /metrics/dora/changes': {
    path: `/metrics/dora/changes?metric=change_failure_rate&stream=${marker}&since=2026-11-21T00:00:00Z`,
    status: 404,
    needs: 'delivery:read',
  },
  'GET /metrics/cross-stream': { status: 200 },
  'GET /metrics/cross-stream/pair': {
    path: `/metrics/cross-stream/pair?a=${marker}&b=${marker}-b&measure_a=deployments&measure_b=deployments`,
    status: 404,
  },
  'GET /metrics/lead-time': { path: `/metrics/lead-time?stream=${marker}`, status: 404 },
  'GET /metrics/forecast': { path: `/metrics/forecast?stream=${marker}`, status: 404 },
  'GET /metrics/pulse': { path: '/metrics/pulse?from=2026-10-01&to=2026-11-21', status: 200 },
  'GET /pulse-surveys': { status: 200 },
  'POST /pulse-surveys': { payload: { addresses: [1, 2, 3, 4, 5].map((n) => `b${n}@example.com`) }, status: 201 },
  'GET /pulse-surveys/{id}': { path: `/pulse-surveys/${theirs.pulse}`, status: 404 },
  'PATCH /pulse-surveys/{id}': { path: `/pulse-surveys/${theirs.pulse}`, payload: { comments: false }, status: 404 },
  'POST /pulse-surveys/{id}/close': { path: `/pulse-surveys/${theirs.pulse}/close`, status: 404 },
  'GET /metrics/bands': { status: 200 },
  'GET /metrics/velocity': { path: '/metrics/velocity?from=2026-10-01&to=2026-11-21', status: 200 },
  'GET /sprints/{id}': { path: '/sprints/71', status: 404 },
  'GET /metrics/flow': { path: '/metrics/flow?from=2026-10-01&to=2026-11-21', status: 200 },
  'GET /events': { status: 200 },
  'GET /events/{id}': { path: `/events/${theirs.event}`, status: 404 },
  'GET /lineage': { path: `/lineage?table=deployment_records&id=${theirs.deployment}`, status: 200 },
  'GET /work': { status: 200 },
  'GET /work/history': { status: 200 },
  'GET /work/{name}/dead-letters': { path: '/work/event_queue/dead-letters', status: 200 },
  'GET /work/{name}/rows/{id}': { path: `/work/event_queue/rows/${theirs.event}`, status: 404 },
  'POST /work/{name}/requeue': { path: '/work/event_queue/requeue', payload: { ids: [theirs.event] }, status: 200 },
  'GET /database-report': { status: 200 },
  'GET /connect': { status: 200 },
  'GET /connections': { status: 200 },
  'POST /connections': { payload: { source: 'github', name: 'x' }, status: 201 },
  'POST /connections/{id}/rotate': { path: `/connections/${theirs.connection}/rotate`, payload: {}, status: 404 },
  'DELETE /connections/{id}': { path: `/connections/${theirs.connection}`, status: 404 },
  // An authorization is a person's, whatever the scope of a key; other persons are the module's own tests.
  'GET /repositories': { status: 200 },
  'POST /admin/integrations/{source}/test': { path: '/admin/integrations/github/test', status: 200 },
  'GET /github': { status: 200 },
  'POST /github/authorizations': { payload: {}, status: 403 },
  'POST /github/authorizations/finish': { payload: { answer: 'code=x' }, status: 403 },
  'DELETE /github/authorizations/{id}': { path: `/github/authorizations/${theirs.authorization}`, status: 403 },
  'GET /github/authorizations/{id}/repositories': {
    path: `/github/authorizations/${theirs.authorization}/repositories`,
    status: 403,
  },
  'POST /github/authorizations/{id}/webhooks': {
    path: `/github/authorizations/${theirs.authorization}/webhooks`,
    payload: { repositories: [`${marker}/shop`] },
    status: 403,
  },
  'DELETE /github/authorizations/{id}/webhooks/{owner}/{name}': {
    path: `/github/authorizations/${theirs.authorization}/webhooks/${marker}/shop`,
    status: 403,
  },
  'GET /admin/system-alerts': { status: 200 },
  'GET /admin/system-alerts/{id}': { path: `/admin/system-alerts/${theirs.alert}`, status: 404 },
  'POST /admin/system-alerts/{id}/acknowledge': {
    path: `/admin/system-alerts/${theirs.alert}/acknowledge`,
    payload: {},
    status: 404,
  },
  'GET /admin/integration-health': { status: 200 },
  'GET /notifications': { status: 200 },
  'GET /notification-channels': { status: 200 },
  'POST /notification-channels': {
    payload: { kind: 'email', name: 'x', address: 'maria@beta.example' },
    status: 201,
  },
  'PATCH /notification-channels/{id}': {
    path: `/notification-channels/${theirs.channel}`,
    payload: { name: 'x' },
    status: 404,
  },
  'POST /notification-channels/{id}/test': { path: `/notification-channels/${theirs.channel}/test`, status: 404 },
  'DELETE /notification-channels/{id}': { path: `/notification-channels/${theirs.channel}`, status: 404 },
  'GET /settings': { status: 200 },
  'PUT /settings/{name}': {
    path: '/settings/delivery.rework_labels',
    payload: { value: ['hotfix'] },
    status: 200,
    needs: 'settings:write',
  },
  'DELETE /settings/{name}': { path: '/settings/delivery.rework_labels', status: 200, needs: 'settings:write' },
  'GET /schedules': { status: 200 },
  'GET /retention': { status: 200 },
  'POST /schedules/{name}/run': { path: '/schedules/nope/run', status: 404 },
})
