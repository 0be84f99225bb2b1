/** Every address of the console; each page is a chunk of its own, loaded when it is pointed at. */
import { createRoute, createRouter, lazyRouteComponent, redirect } from '@tanstack/react-router'
import { anomaliesSearch, auditSearch, subjectSearch } from '~/features/audit/search.ts'
import { crossStreamSearch, pairSearch } from '~/features/cross-stream/search.ts'
import {
  deploymentsSearch,
  forecastsSearch,
  incidentsSearch,
  overviewSearch,
  pulseSearch,
  receiptSearch,
  sprintSearch,
  sprintsSearch,
  streamsSearch,
} from '~/features/delivery/search.ts'
import { outboxSearch } from '~/features/mail/search.ts'
import { notificationsSearch } from '~/features/notifications/search.ts'
import { alertsSearch, deadLettersSearch, operationsSearch } from '~/features/operations/search.ts'
import { queueSearch } from '~/features/queue/search.ts'
import { peopleSearch, registrationsSearch, tenantsSearch } from '~/features/tenants/search.ts'
import { Crashed } from './crashed.tsx'
import { outside, root } from './outside.tsx'
import { parseSearch, stringifySearch } from './search.ts'

const home = createRoute({
  getParentRoute: () => root,
  path: '/',
  validateSearch: overviewSearch.parse,
  // The delivery overview was at `/` once: addresses that were kept still lead to it.
  beforeLoad: ({ search }) => {
    if (Object.values(search).some((value) => value !== undefined)) throw redirect({ to: '/delivery', search })
  },
  component: lazyRouteComponent(() => import('~/features/home/home-page.tsx'), 'HomePage'),
})
const overview = createRoute({
  getParentRoute: () => root,
  path: '/delivery',
  validateSearch: overviewSearch.parse,
  component: lazyRouteComponent(() => import('~/features/delivery/overview/overview-page.tsx'), 'OverviewPage'),
})
const receipt = createRoute({
  getParentRoute: () => root,
  path: '/delivery/receipt',
  validateSearch: receiptSearch.parse,
  component: lazyRouteComponent(() => import('~/features/delivery/receipt/receipt-page.tsx'), 'ReceiptPage'),
})
const flow = createRoute({
  getParentRoute: () => root,
  path: '/flow',
  validateSearch: overviewSearch.parse,
  component: lazyRouteComponent(() => import('~/features/delivery/flow/flow-page.tsx'), 'FlowPage'),
})
const sprints = createRoute({
  getParentRoute: () => root,
  path: '/sprints',
  validateSearch: sprintsSearch.parse,
  component: lazyRouteComponent(() => import('~/features/delivery/sprints/sprints-page.tsx'), 'SprintsPage'),
})
const sprint = createRoute({
  getParentRoute: () => root,
  path: '/sprints/$id',
  validateSearch: sprintSearch.parse,
  component: lazyRouteComponent(() => import('~/features/delivery/sprints/sprint-page.tsx'), 'SprintPage'),
})
const deployments = createRoute({
  getParentRoute: () => root,
  path: '/deployments',
  validateSearch: deploymentsSearch.parse,
  component: lazyRouteComponent(
    () => import('~/features/delivery/deployments/deployments-page.tsx'),
    'DeploymentsPage',
  ),
})
const deployment = createRoute({
  getParentRoute: () => root,
  path: '/deployments/$id',
  component: lazyRouteComponent(() => import('~/features/delivery/deployments/deployment-page.tsx'), 'DeploymentPage'),
})
const incidents = createRoute({
  getParentRoute: () => root,
  path: '/incidents',
  validateSearch: incidentsSearch.parse,
  component: lazyRouteComponent(() => import('~/features/delivery/incidents/incidents-page.tsx'), 'IncidentsPage'),
})
const streams = createRoute({
  getParentRoute: () => root,
  path: '/streams',
  validateSearch: streamsSearch.parse,
  component: lazyRouteComponent(() => import('~/features/delivery/streams/streams-page.tsx'), 'StreamsPage'),
})
const forecasts = createRoute({
  getParentRoute: () => root,
  path: '/forecasts',
  validateSearch: forecastsSearch.parse,
  component: lazyRouteComponent(() => import('~/features/delivery/forecasts/forecasts-page.tsx'), 'ForecastsPage'),
})
const pulse = createRoute({
  getParentRoute: () => root,
  path: '/pulse',
  validateSearch: pulseSearch.parse,
  component: lazyRouteComponent(() => import('~/features/pulse/pulse-page.tsx'), 'PulsePage'),
})
const crossStream = createRoute({
  getParentRoute: () => root,
  path: '/cross-stream',
  validateSearch: crossStreamSearch.parse,
  component: lazyRouteComponent(() => import('~/features/cross-stream/cross-stream-page.tsx'), 'CrossStreamPage'),
})
const crossStreamPair = createRoute({
  getParentRoute: () => root,
  path: '/cross-stream/pair',
  validateSearch: pairSearch.parse,
  component: lazyRouteComponent(() => import('~/features/cross-stream/pair-page.tsx'), 'PairPage'),
})
const connect = createRoute({
  getParentRoute: () => root,
  path: '/connect',
  component: lazyRouteComponent(() => import('~/features/connect/connect-page.tsx'), 'ConnectPage'),
})
const keys = createRoute({
  getParentRoute: () => root,
  path: '/keys',
  component: lazyRouteComponent(() => import('~/features/keys/keys-page.tsx'), 'KeysPage'),
})
const queue = createRoute({
  getParentRoute: () => root,
  path: '/queue',
  validateSearch: queueSearch.parse,
  component: lazyRouteComponent(() => import('~/features/queue/queue-page.tsx'), 'QueuePage'),
})
const event = createRoute({
  getParentRoute: () => root,
  path: '/queue/$id',
  component: lazyRouteComponent(() => import('~/features/queue/event-page.tsx'), 'EventPage'),
})
const schedules = createRoute({
  getParentRoute: () => root,
  path: '/schedules',
  component: lazyRouteComponent(() => import('~/features/queue/schedules-page.tsx'), 'SchedulesPage'),
})

const operations = createRoute({
  getParentRoute: () => root,
  path: '/operations',
  validateSearch: operationsSearch.parse,
  component: lazyRouteComponent(() => import('~/features/operations/overview/operations-page.tsx'), 'OperationsPage'),
})
const deadLetters = createRoute({
  getParentRoute: () => root,
  path: '/dead-letters',
  validateSearch: deadLettersSearch.parse,
  component: lazyRouteComponent(
    () => import('~/features/operations/dead-letters/dead-letters-page.tsx'),
    'DeadLettersPage',
  ),
})
const workRow = createRoute({
  getParentRoute: () => root,
  path: '/dead-letters/$work/$id',
  component: lazyRouteComponent(() => import('~/features/operations/dead-letters/row-page.tsx'), 'WorkRowPage'),
})
const alerts = createRoute({
  getParentRoute: () => root,
  path: '/alerts',
  validateSearch: alertsSearch.parse,
  component: lazyRouteComponent(() => import('~/features/operations/alerts/alerts-page.tsx'), 'AlertsPage'),
})
const alert = createRoute({
  getParentRoute: () => root,
  path: '/alerts/$id',
  component: lazyRouteComponent(() => import('~/features/operations/alerts/alert-page.tsx'), 'AlertPage'),
})
const notifications = createRoute({
  getParentRoute: () => root,
  path: '/notifications',
  validateSearch: notificationsSearch.parse,
  component: lazyRouteComponent(() => import('~/features/notifications/notifications-page.tsx'), 'NotificationsPage'),
})
const integrations = createRoute({
  getParentRoute: () => root,
  path: '/integrations',
  component: lazyRouteComponent(
    () => import('~/features/operations/integrations/integrations-page.tsx'),
    'IntegrationsPage',
  ),
})
const repositories = createRoute({
  getParentRoute: () => root,
  path: '/integrations/github',
  component: lazyRouteComponent(() => import('~/features/repositories/github-page.tsx'), 'GitHubPage'),
})
const database = createRoute({
  getParentRoute: () => root,
  path: '/database',
  component: lazyRouteComponent(() => import('~/features/operations/database/database-page.tsx'), 'DatabasePage'),
})
const settings = createRoute({
  getParentRoute: () => root,
  path: '/settings',
  component: lazyRouteComponent(() => import('~/features/operations/settings/settings-page.tsx'), 'SettingsPage'),
})

const members = createRoute({
  getParentRoute: () => root,
  path: '/members',
  component: lazyRouteComponent(() => import('~/features/members/members-page.tsx'), 'MembersPage'),
})
const roles = createRoute({
  getParentRoute: () => root,
  path: '/members/roles',
  component: lazyRouteComponent(() => import('~/features/members/roles-page.tsx'), 'RolesPage'),
})
const accessReview = createRoute({
  getParentRoute: () => root,
  path: '/members/access-review',
  component: lazyRouteComponent(() => import('~/features/members/access-review-page.tsx'), 'AccessReviewPage'),
})
const audit = createRoute({
  getParentRoute: () => root,
  path: '/audit',
  validateSearch: auditSearch.parse,
  component: lazyRouteComponent(() => import('~/features/audit/audit-page.tsx'), 'AuditPage'),
})
const auditEvent = createRoute({
  getParentRoute: () => root,
  path: '/audit/event',
  validateSearch: subjectSearch.parse,
  component: lazyRouteComponent(() => import('~/features/audit/event-page.tsx'), 'AuditEventPage'),
})
const anomalies = createRoute({
  getParentRoute: () => root,
  path: '/audit/anomalies',
  validateSearch: anomaliesSearch.parse,
  component: lazyRouteComponent(() => import('~/features/audit/anomalies-page.tsx'), 'AnomaliesPage'),
})
const tenants = createRoute({
  getParentRoute: () => root,
  path: '/tenants',
  validateSearch: tenantsSearch.parse,
  component: lazyRouteComponent(() => import('~/features/tenants/tenants-page.tsx'), 'TenantsPage'),
})
const tenant = createRoute({
  getParentRoute: () => root,
  path: '/tenants/$id',
  component: lazyRouteComponent(() => import('~/features/tenants/tenant-page.tsx'), 'TenantPage'),
})
const registrations = createRoute({
  getParentRoute: () => root,
  path: '/registrations',
  validateSearch: registrationsSearch.parse,
  component: lazyRouteComponent(() => import('~/features/tenants/registrations-page.tsx'), 'RegistrationsPage'),
})
const people = createRoute({
  getParentRoute: () => root,
  path: '/people',
  validateSearch: peopleSearch.parse,
  component: lazyRouteComponent(() => import('~/features/tenants/people-page.tsx'), 'PeoplePage'),
})
const mappings = createRoute({
  getParentRoute: () => root,
  path: '/oidc-mappings',
  component: lazyRouteComponent(() => import('~/features/sso/mappings-page.tsx'), 'MappingsPage'),
})
const outbox = createRoute({
  getParentRoute: () => root,
  path: '/outbox',
  validateSearch: outboxSearch.parse,
  component: lazyRouteComponent(() => import('~/features/mail/outbox-page.tsx'), 'OutboxPage'),
})
const mail = createRoute({
  getParentRoute: () => root,
  path: '/outbox/$id',
  component: lazyRouteComponent(() => import('~/features/mail/mail-page.tsx'), 'MailPage'),
})
const dialAllowances = createRoute({
  getParentRoute: () => root,
  path: '/dial-allowances',
  component: lazyRouteComponent(() => import('~/features/dial/dial-allowances-page.tsx'), 'DialAllowancesPage'),
})
const account = createRoute({
  getParentRoute: () => root,
  path: '/account',
  component: lazyRouteComponent(() => import('~/features/account/account-page.tsx'), 'AccountPage'),
})

/** The console's router. */
export const router = createRouter({
  routeTree: root.addChildren([
    ...outside,
    home,
    overview,
    receipt,
    flow,
    sprints,
    sprint,
    deployments,
    deployment,
    incidents,
    streams,
    forecasts,
    pulse,
    crossStream,
    crossStreamPair,
    connect,
    keys,
    queue,
    event,
    schedules,
    operations,
    deadLetters,
    workRow,
    alerts,
    alert,
    notifications,
    integrations,
    repositories,
    database,
    settings,
    members,
    roles,
    accessReview,
    audit,
    auditEvent,
    anomalies,
    tenants,
    tenant,
    registrations,
    people,
    mappings,
    outbox,
    mail,
    dialAllowances,
    account,
  ]),
  parseSearch,
  stringifySearch,
  defaultPreload: 'intent',
  scrollRestoration: true,
  defaultErrorComponent: Crashed,
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}
