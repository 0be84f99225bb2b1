/** Every address of the console; each page is a chunk of its own, loaded when it is pointed at. */
import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router'
import { deploymentsSearch, incidentsSearch, overviewSearch, streamsSearch } from '~/features/delivery/search.ts'
import { alertsSearch, deadLettersSearch, operationsSearch } from '~/features/operations/search.ts'
import { queueSearch } from '~/features/queue/search.ts'
import { Crashed } from './crashed.tsx'
import { NotFound } from './not-found.tsx'
import { parseSearch, stringifySearch } from './search.ts'
import { SessionGate } from './session.tsx'
import { Shell } from './shell.tsx'

const root = createRootRoute({
  component: () => (
    <SessionGate>
      <Shell />
    </SessionGate>
  ),
  notFoundComponent: NotFound,
})

const overview = createRoute({
  getParentRoute: () => root,
  path: '/',
  validateSearch: overviewSearch.parse,
  component: lazyRouteComponent(() => import('~/features/delivery/overview/overview-page.tsx'), 'OverviewPage'),
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
const integrations = createRoute({
  getParentRoute: () => root,
  path: '/integrations',
  component: lazyRouteComponent(
    () => import('~/features/operations/integrations/integrations-page.tsx'),
    'IntegrationsPage',
  ),
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

/** The console's router. */
export const router = createRouter({
  routeTree: root.addChildren([
    overview,
    deployments,
    deployment,
    incidents,
    streams,
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
    integrations,
    database,
    settings,
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
