/** What is looked at: every page in its states, and every dialog. */
import type { Page } from 'playwright-core'
import { authShots } from './shot-list-auth.ts'

export type Shot = {
  name: string
  path: string
  mode?:
    | 'empty'
    | 'reader'
    | 'slow'
    | 'error'
    | 'broken'
    | 'signed-out'
    | 'no-tenant'
    | 'closed-tenant'
    | 'many-tenants'
    | 'support'
  widths?: number[]
  /** Done before the picture, which is then of the viewport only. */
  act?: (page: Page) => Promise<void>
}

const click = (name: string | RegExp) => async (page: Page) => {
  await page.getByRole('button', { name }).first().click()
}

const pages = [
  ['home', '/'],
  ['overview', '/delivery'],
  ['deployments', '/deployments'],
  ['incidents', '/incidents'],
  ['streams', '/streams'],
  ['connect', '/connect'],
  ['keys', '/keys'],
  ['queue', '/queue'],
  ['schedules', '/schedules'],
  ['operations', '/operations'],
  ['dead-letters', '/dead-letters'],
  ['alerts', '/alerts'],
  ['integrations', '/integrations'],
  ['database', '/database'],
  ['settings', '/settings'],
  ['members', '/members'],
  ['roles', '/members/roles'],
  ['access-review', '/members/access-review'],
  ['audit', '/audit'],
  ['anomalies', '/audit/anomalies'],
  ['tenants', '/tenants'],
  ['registrations', '/registrations'],
  ['people', '/people'],
  ['oidc-mappings', '/oidc-mappings'],
  ['outbox', '/outbox'],
  ['dial-allowances', '/dial-allowances'],
] as const

export const shots: Shot[] = [
  ...authShots,
  ...pages.map(([name, path]) => ({ name, path })),
  { name: 'overview-wide', path: '/delivery?days=365', widths: [1600] },
  { name: 'overview-tablet', path: '/delivery?days=30', widths: [820] },
  { name: 'deployment', path: '/deployments/4195' },
  { name: 'deployment-failed', path: '/deployments/4199' },
  { name: 'event', path: '/queue/90310' },
  { name: 'event-dead', path: '/queue/90307' },
  { name: 'work-row', path: '/dead-letters/delivery.attribute-incidents/8812' },
  { name: 'alert', path: '/alerts/018f3c2a-1111-7000-8000-000000000003' },
  { name: 'operations-day', path: '/operations?span=24h&work=event_queue', widths: [1600] },
  { name: 'dead-letters-kind', path: '/dead-letters?work=event_queue&error_class=invalid-json' },
  { name: 'dead-letters-reader', path: '/dead-letters', mode: 'reader' },
  { name: 'alerts-resolved', path: '/alerts?state=resolved', widths: [1440] },
  { name: 'audit-event', path: '/audit/event?subject=operations.dead_letters_high' },
  { name: 'audit-filtered', path: '/audit?module=tenants&q=invitation&from=2020-01-01', widths: [1440] },
  { name: 'tenant', path: '/tenants/018f3c2a-2222-7000-8000-000000000900' },
  { name: 'tenant-suspended', path: '/tenants/018f3c2a-2222-7000-8000-000000000902', widths: [1440] },
  { name: 'mail', path: '/outbox/70' },
  { name: 'mail-failed', path: '/outbox/67', widths: [1440] },
  { name: 'home-reader', path: '/', mode: 'reader' },
  { name: 'members-reader', path: '/members', mode: 'reader', widths: [1440] },
  { name: 'home-error', path: '/', mode: 'error' },
  { name: 'members-error', path: '/members', mode: 'error', widths: [1440] },
  { name: 'audit-error', path: '/audit', mode: 'error', widths: [1440] },
  { name: 'not-found', path: '/nowhere' },
  ...pages.map(([name, path]) => ({ name: `${name}-empty`, path, mode: 'empty' as const })),
  ...pages.map(([name, path]) => ({ name: `${name}-slow`, path, mode: 'slow' as const, widths: [1440] })),
  { name: 'overview-error', path: '/delivery', mode: 'error' },
  { name: 'operations-error', path: '/operations', mode: 'error' },
  { name: 'dead-letters-error', path: '/dead-letters', mode: 'error', widths: [1440] },
  { name: 'queue-broken', path: '/queue', mode: 'broken' },
  { name: 'deployment-missing', path: '/deployments/1', widths: [1440] },
  { name: 'do-definition', path: '/delivery', act: click(/How Change lead time/) },
  { name: 'do-window', path: '/delivery', act: click('Other days') },
  { name: 'do-tables', path: '/delivery', act: clickAllTables },
  { name: 'do-override', path: '/incidents', act: click(/Decide what caused/) },
  { name: 'do-evidence', path: '/incidents', act: click(/by service window/) },
  { name: 'do-stream', path: '/streams?new=1', act: click('Make the stream') },
  { name: 'do-delete', path: '/streams', act: click(/Delete Shop/) },
  { name: 'do-key', path: '/keys', act: click('New key') },
  { name: 'do-rotate', path: '/keys', act: click(/Rotate Grafana/) },
  { name: 'do-requeue', path: '/dead-letters?error_class=invalid-json', act: requeueFilter },
  { name: 'do-select', path: '/dead-letters', act: selectSome },
  { name: 'do-acknowledge', path: '/alerts', act: click(/Acknowledge Integration stale jira/) },
  { name: 'do-connection', path: '/integrations', act: click('New connection') },
  { name: 'do-secret', path: '/integrations', act: makeConnection },
  { name: 'do-remove-connection', path: '/integrations', act: click(/Remove acme organisation/) },
  { name: 'do-setting', path: '/settings', act: click(/Change alerts.dead-letters/) },
  { name: 'do-setting-json', path: '/settings', act: click(/Change delivery.severities/), widths: [1440] },
  { name: 'do-history-table', path: '/operations', act: clickAllTables },
  { name: 'do-invite', path: '/members', act: click('Invite') },
  { name: 'do-member-menu', path: '/members', act: click('Actions for Grace Hopper') },
  { name: 'do-verify', path: '/audit', act: click('Verify') },
  { name: 'do-approve', path: '/registrations', act: click('Approve Fjord Robotics') },
  { name: 'do-tenant', path: '/tenants', act: click('New tenant') },
  { name: 'do-remove-tenant', path: '/tenants/018f3c2a-2222-7000-8000-000000000901', act: click('Remove') },
  {
    name: 'do-support-access',
    path: '/tenants/018f3c2a-2222-7000-8000-000000000901',
    act: click('Open support access'),
  },
  { name: 'do-mapping', path: '/oidc-mappings', act: click('New mapping') },
  { name: 'do-anomaly', path: '/audit/anomalies', act: click(/Acknowledge many/), widths: [1440] },
  { name: 'do-menu', path: '/queue', widths: [390], act: click('Navigation') },
]

async function requeueFilter(page: Page) {
  await page.getByRole('button', { name: 'Requeue all of' }).click()
  await page.getByText('will be tried again').waitFor()
}

async function selectSome(page: Page) {
  for (const row of [1, 2, 4]) await page.getByRole('checkbox').nth(row).check()
}

async function makeConnection(page: Page) {
  await page.getByRole('button', { name: 'New connection' }).click()
  await page.getByLabel('Name').fill('acme staging')
  await page.getByRole('button', { name: 'Make the connection' }).click()
  await page.getByText('Copy it now').waitFor()
}

async function clickAllTables(page: Page) {
  const toTable = page.getByRole('button', { name: /^Show .* as a table$/ })
  while ((await toTable.count()) > 0) await toTable.first().click()
  await page.evaluate('window.scrollTo(0, 400)')
}
