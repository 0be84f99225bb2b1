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
    | 'new'
    | 'factor-first'
    | 'no-tenant'
    | 'closed-tenant'
    | 'many-tenants'
    | 'support'
    | 'unready'
    | 'begin'
  widths?: number[]
  /** Done before the picture, which is then of the viewport only. */
  act?: (page: Page) => Promise<void>
}

const click = (name: string | RegExp) => async (page: Page) => {
  await page.getByRole('button', { name }).first().click()
}

/** Every list and settings page by name and address. */
export const pages = [
  ['home', '/'],
  ['overview', '/delivery'],
  ['receipt', '/delivery/receipt'],
  ['flow', '/flow'],
  ['sprints', '/sprints'],
  ['deployments', '/deployments'],
  ['incidents', '/incidents'],
  ['streams', '/streams'],
  ['forecasts', '/forecasts'],
  ['pulse', '/pulse'],
  ['cross-stream', '/cross-stream'],
  ['connect', '/connect'],
  ['keys', '/keys'],
  ['queue', '/queue'],
  ['schedules', '/schedules'],
  ['operations', '/operations'],
  ['dead-letters', '/dead-letters'],
  ['alerts', '/alerts'],
  ['notifications', '/notifications'],
  ['integrations', '/integrations'],
  ['repositories', '/integrations/github'],
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
  { name: 'receipt-rate', path: '/delivery/receipt?metric=change_failure_rate&as_of=2026-11-03T12%3A00%3A00Z' },
  { name: 'receipt-lead', path: '/delivery/receipt?metric=change_lead_time', widths: [1440] },
  { name: 'receipt-weeks', path: '/delivery/receipt?metric=deployment_frequency', widths: [390] },
  { name: 'overview-as-of', path: '/delivery?as_of=2026-11-03T12%3A00%3A00Z' },
  ...pages.map(([name, path]) => ({ name, path })),
  { name: 'overview-wide', path: '/delivery?days=365', widths: [1600] },
  { name: 'overview-tablet', path: '/delivery?days=30', widths: [820] },
  { name: 'deployment', path: '/deployments/4195' },
  { name: 'deployment-failed', path: '/deployments/4199' },
  {
    name: 'cross-stream-pair',
    path: '/cross-stream/pair?a=payments&b=shop&measure_a=deployments&measure_b=change_failure_share',
  },
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
  { name: 'repositories-begin', path: '/integrations/github', mode: 'begin' },
  { name: 'repositories-unready', path: '/integrations/github', mode: 'unready' },
  { name: 'repositories-reader', path: '/integrations/github', mode: 'reader', widths: [1440] },
  { name: 'do-repositories', path: '/integrations/github', act: connectRepositories },
  { name: 'answer', path: `/answer#token=${'a'.repeat(43)}&score=4` },
  { name: 'answer-missing', path: `/answer#token=${'b'.repeat(43)}` },
  { name: 'answer-slow', path: `/answer#token=${'a'.repeat(43)}`, mode: 'slow', widths: [390] },
  { name: 'answer-done', path: `/answer#token=${'a'.repeat(43)}&score=4`, act: click('Send my answer') },
  { name: 'do-survey', path: '/pulse?new=1', act: click('Make the survey') },
  { name: 'do-survey-edit', path: '/pulse', act: changeSurvey },
  { name: 'pulse-reader', path: '/pulse', mode: 'reader', widths: [1440] },
  { name: 'pulse-tables', path: '/pulse', act: clickAllTables, widths: [1440] },
  { name: 'not-found', path: '/nowhere' },
  ...pages.map(([name, path]) => ({ name: `${name}-empty`, path, mode: 'empty' as const })),
  ...pages.map(([name, path]) => ({ name: `${name}-slow`, path, mode: 'slow' as const, widths: [1440] })),
  ...pages.map(([name, path]) => ({ name: `${name}-error`, path, mode: 'error' as const, widths: [1440] })),
  { name: 'forecasts-asked', path: '/forecasts?stream=web&items=120&walk=working&history=30' },
  { name: 'do-forecast-tables', path: '/forecasts', act: clickAllTables },
  { name: 'sprint', path: '/sprints/46' },
  { name: 'sprint-open', path: '/sprints/48' },
  { name: 'do-sprints-table', path: '/sprints', act: clickAllTables },
  { name: 'do-flow-tables', path: '/flow', act: clickAllTables },
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
  { name: 'notifications-reader', path: '/notifications', mode: 'reader', widths: [1440] },
  { name: 'do-notification-channel', path: '/notifications?new=1', act: click('Make the channel') },
  { name: 'do-notification-quiet', path: '/notifications', act: changeChannel },
  { name: 'do-notification-test', path: '/notifications', act: testChannel },
  { name: 'do-notification-secret', path: '/notifications?new=1', act: makeWebhook },
  { name: 'do-connection', path: '/integrations', act: click('New connection') },
  { name: 'do-test-connection', path: '/integrations', act: testConnection },
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

async function changeSurvey(page: Page) {
  await page.getByRole('button', { name: 'Actions for Shop' }).click()
  await page.getByRole('menuitem', { name: 'Change' }).click()
  await page.getByRole('dialog').waitFor()
}

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

async function changeChannel(page: Page) {
  await page.getByRole('button', { name: 'Actions for Operations in Slack' }).click()
  await page.getByRole('menuitem', { name: 'Change' }).click()
  await page.getByRole('combobox', { name: 'Let through' }).waitFor()
}

async function testChannel(page: Page) {
  await page.getByRole('button', { name: 'Actions for Status board' }).click()
  await page.getByRole('menuitem', { name: 'Send a test' }).click()
  await page.getByText('It did not arrive.').waitFor()
}

async function makeWebhook(page: Page) {
  await page.getByRole('combobox', { name: 'Kind' }).click()
  await page.getByRole('option', { name: 'Signed webhook' }).click()
  await page.getByLabel('Name').fill('Status board')
  await page.getByLabel('Address').fill('https://board.acme.example/hooks')
  await page.getByRole('button', { name: 'Make the channel' }).click()
  await page.getByText('Copy it now').waitFor()
}

async function testConnection(page: Page) {
  await page.getByRole('button', { name: 'Test the credentials of github' }).click()
  await page.getByRole('button', { name: 'Ask github' }).click()
  await page.getByText('GitHub knows the token as acme-bot').waitFor()
}

async function connectRepositories(page: Page) {
  for (const name of ['acme/checkout', 'acme/catalogue', 'acme/search']) await page.getByLabel(name).check()
  await page.getByRole('button', { name: 'Connect 3 repositories' }).click()
  await page.getByText('2 repositories connected, 1 refused.').waitFor()
}

async function clickAllTables(page: Page) {
  const toTable = page.getByRole('button', { name: /^Show .* as a table$/ })
  while ((await toTable.count()) > 0) await toTable.first().click()
  await page.evaluate('window.scrollTo(0, 400)')
}
