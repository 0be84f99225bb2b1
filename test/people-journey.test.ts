/** People come, change and go: in a real Chromium against the running product, through its console alone. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import type { Locator, Page } from 'playwright-core'
import { defaultTenantId } from '#kernel/context/index.ts'
import { openConsole } from './support/console.ts'
import { instance } from './support/processes.ts'

const own = await instance()
const up = await own.up()
const { page, complaints, accessible, signIn } = await openConsole(own.url)
await signIn(up.output())
await page.getByRole('heading', { name: 'Home' }).waitFor()

const password = 'copper window tidal marmalade'
/** Another person at another machine: nothing is shared with the administrator's browser. */
async function elsewhere(): Promise<Page> {
  const context = await page.context().browser()!.newContext({ reducedMotion: 'reduce' })
  const other = await context.newPage()
  other.setDefaultTimeout(30_000)
  return other
}

/** The link in the newest mail with that subject, as the outbox shows it. */
async function linkOf(subject: RegExp, at: string): Promise<string> {
  await page.goto(`${own.url}/outbox`)
  await page.getByRole('link', { name: subject }).first().click()
  const link = page.getByRole('region', { name: 'Text' }).getByRole('link')
  const href = await link.first().getAttribute('href')
  assert.ok(href?.startsWith(`${own.url}${at}#token=`), String(href))
  return href!
}

/** Goes to a page or does something by the palette, without a pointer. */
async function byPalette(words: string) {
  await page.keyboard.press('ControlOrMeta+k')
  await page.getByRole('combobox', { name: 'What to go to' }).waitFor()
  await page.keyboard.type(words)
  await page.keyboard.press('Enter')
}

/** Presses a key until that has the focus (or, with another selector, is the option one stands on). */
async function pressUntil(key: string, target: Locator, selector = ':focus') {
  await target.first().waitFor()
  for (let presses = 0; (await target.and(page.locator(selector)).count()) === 0; presses++) {
    assert.ok(presses < 120, `${key} never leads to ${String(target)}`)
    await page.keyboard.press(key)
  }
}

/** Moves a browser from one organisation to another by the menu above the pages. */
async function moveTenant(which: Page, role: RegExp) {
  await which.getByRole('button', { name: /^Tenant: / }).click()
  await which.getByRole('menuitem', { name: role }).click()
}

let grace: Page

test('[U3] [P4] who is invited, by the keyboard alone, finds the link in the outbox, chooses a password and is a member', async () => {
  await byPalette('invite somebody')
  await pressUntil('Tab', page.getByRole('dialog').getByRole('textbox', { name: 'E-mail' }))
  await page.keyboard.type('grace@example.com')
  await page.keyboard.press('Enter')
  await page.getByText('grace@example.com is invited').waitFor()
  await page.getByRole('region', { name: 'Invitations' }).getByText('grace@example.com').waitFor()

  grace = await elsewhere()
  await grace.goto(await linkOf(/invites you/, '/invitation'))
  await grace.getByText('as a member').waitFor()
  await grace.getByLabel('Your name').fill('Grace Example')
  await grace.getByLabel('Password', { exact: true }).fill(password)
  await grace.getByRole('button', { name: 'Join' }).click()
  await grace.getByRole('heading', { name: 'Home' }).waitFor()
  assert.equal(await grace.getByRole('link', { name: 'Outbox' }).count(), 0, 'the platform is not hers')

  await page.goto(`${own.url}/members`)
  await page
    .getByRole('row', { name: /Grace Example/ })
    .getByText('member', { exact: true })
    .waitFor()
  assert.equal(await page.getByText('Nobody is invited at the moment.').count(), 1)
})

test('[U3] [P4] [P7] another role, given by the keyboard alone, has effect where they are; the audit trail says who gave it', async () => {
  await grace.goto(`${own.url}/members`)
  await grace.getByText('Who belongs to').waitFor()
  await pressUntil('Tab', page.getByRole('button', { name: 'Actions for Grace Example' }))
  await page.keyboard.press('Enter')
  await pressUntil('ArrowDown', page.getByRole('menuitem', { name: 'Change the role' }))
  await page.keyboard.press('Enter')
  await pressUntil('Tab', page.getByRole('dialog').getByRole('combobox', { name: 'Role' }))
  await page.keyboard.press('ArrowDown')
  await pressUntil('ArrowDown', page.getByRole('option', { name: 'Admin' }), '[data-combobox-selected]')
  await page.keyboard.press('Enter')
  await pressUntil('Tab', page.getByRole('dialog').getByRole('button', { name: 'Change the role' }))
  await page.keyboard.press('Enter')
  await page.getByText('Grace Example is admin now').waitFor()
  // Hers shows what she may do now; nobody reloaded it.
  await grace.getByRole('button', { name: 'Invite' }).waitFor()

  await page.goto(`${own.url}/audit?action=tenants.member-changed`)
  await page.getByRole('link', { name: 'Tenants member changed' }).first().click()
  const change = page.getByRole('region', { name: 'What it changed' }).getByRole('row', { name: /role/ })
  await change.getByText('was member').waitFor()
  await change.getByText('is admin').waitFor()
  await page.getByRole('region', { name: 'What happened' }).getByText('Maria Example').waitFor()
})

test('[U1] a part that cannot be had says so beside the others and is not asked for on and on', async () => {
  let asked = 0
  await grace.route('**/api/v1/invitations?*', (route) => {
    asked++
    return route.fulfill({ status: 500, contentType: 'text/plain', body: 'broken' })
  })
  await grace.goto(`${own.url}/members`)
  await grace.getByRole('region', { name: 'Invitations' }).getByRole('button', { name: 'Try again' }).waitFor()
  await grace.getByRole('row', { name: /Grace Example/ }).waitFor()
  assert.ok(asked <= 6, `asked ${asked} times: three tries by the page, three by the panel it shows`)
  await grace.unroute('**/api/v1/invitations?*')
  await grace.getByRole('button', { name: 'Try again' }).click()
  await grace.getByText('Nobody is invited at the moment.').waitFor()
})

test('[U3] [P4] who belongs to two organisations goes from one to the other', async () => {
  await page.goto(`${own.url}/tenants`)
  await page.getByRole('button', { name: 'New tenant' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('textbox', { name: 'Name', exact: true }).fill('Bright Harbour')
  await dialog.getByRole('textbox', { name: "Owner's e-mail" }).fill('grace@example.com')
  await dialog.getByRole('button', { name: 'Make the tenant' }).click()
  await page.getByRole('link', { name: 'Bright Harbour' }).waitFor()
  await grace.goto(await linkOf(/Bright Harbour/, '/invitation'))
  await grace.getByRole('button', { name: 'Join' }).click()
  await grace.getByRole('button', { name: 'Tenant: Bright Harbour' }).click()
  await grace.getByRole('menuitem', { name: /admin/ }).click()
  await grace.getByRole('button', { name: /^Tenant: (?!Bright Harbour)/ }).waitFor()
  await grace.goto(`${own.url}/members`)
  await grace.getByRole('row', { name: /Maria Example/ }).waitFor()
})

test('[U3] [P4] [P7] support access is opened with a reason, seen by the tenant, and ended there', async () => {
  await page.goto(`${own.url}/tenants`)
  await page.getByRole('link', { name: 'Bright Harbour' }).click()
  await page.getByRole('button', { name: 'Open support access' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('button', { name: 'Open the access' }).click()
  await dialog.getByText('This is needed.').waitFor()
  await dialog.getByRole('textbox', { name: 'Reason' }).fill('Webhooks are refused, ticket 4711')
  await dialog.getByRole('button', { name: 'Open the access' }).click()
  await page.getByText('Your access to Bright Harbour is open').waitFor()
  await moveTenant(page, /Bright Harbour/)
  await page.getByRole('region', { name: 'Support access' }).getByText('You look into Bright Harbour').waitFor()

  await moveTenant(grace, /Bright Harbour/)
  await grace.getByRole('button', { name: 'Tenant: Bright Harbour' }).waitFor()
  await grace.goto(`${own.url}/members`)
  const seen = grace.getByRole('region', { name: 'Support access', exact: true })
  await seen.getByText('Webhooks are refused, ticket 4711').waitFor()
  await seen.getByRole('button', { name: 'End the access of Maria Example' }).click()
  await grace.getByRole('dialog').getByRole('button', { name: 'End the access' }).click()
  await seen.getByText('open', { exact: true }).waitFor({ state: 'detached' })
  // Nobody touched the page of who looked in.
  await page.getByText('You look into Bright Harbour').waitFor({ state: 'detached' })
  await grace.goto(`${own.url}/audit?q=support`)
  await grace
    .getByRole('row', { name: /Maria Example/ })
    .filter({ hasText: 'Tenants support opened' })
    .waitFor()

  await page.goto(own.url)
  await moveTenant(page, /owner/)
  await page.getByRole('heading', { name: 'Needs you now' }).waitFor()
  await moveTenant(grace, /admin/)
  await grace.getByRole('button', { name: /^Tenant: (?!Bright Harbour)/ }).waitFor()
  await grace.goto(`${own.url}/members`)
  await grace.getByRole('row', { name: /Maria Example/ }).waitFor()
})

test('[U3] [P4] [P7] who has access is reviewed by the keyboard alone, taken along as CSV, and kept as reviewed', async () => {
  await page.goto(`${own.url}/members/access-review`)
  await page.getByText('Never reviewed yet').waitFor()
  await page.getByRole('region', { name: 'People' }).getByText('grace@example.com').waitFor()
  await pressUntil('Tab', page.getByRole('link', { name: 'As CSV' }))
  const [download] = await Promise.all([page.waitForEvent('download'), page.keyboard.press('Enter')])
  const csv = readFileSync(await download.path(), 'utf8')
  assert.match(csv, /grace@example\.com/)
  assert.match(csv, /maria@example\.com/)
  await pressUntil('Tab', page.getByRole('button', { name: 'Mark as reviewed' }))
  await page.keyboard.press('Enter')
  await pressUntil('Tab', page.getByRole('dialog').getByRole('textbox', { name: 'Note' }))
  await page.keyboard.type('All as it should be')
  await pressUntil('Tab', page.getByRole('dialog').getByRole('button', { name: 'It is reviewed' }))
  await page.keyboard.press('Enter')
  await page.getByText(/by Maria Example: All as it should be/).waitFor()
})

test('[U3] [P7] what stood out in the trail is on Home, and acknowledged with what it was', async () => {
  const found = await own.run(
    'sql',
    `insert into audit_anomaly (tenant_id, id, day, rule, severity, subject, detail, count, evidence)
     values ('${defaultTenantId}', gen_random_uuid(), app.now()::date - 1, 'sign-in-failures', 'HIGH', 'Grace Example', '41 on that day', 41, '{1}')`,
  )
  assert.equal(found.code, 0, found.output)
  await page.goto(own.url)
  await page.getByText('1 unusual, not acknowledged').click()
  await page.getByRole('button', { name: /^Acknowledge sign in failures/ }).click()
  await page.getByRole('dialog').getByRole('textbox', { name: 'What it was' }).fill('Her new phone')
  await page.getByRole('dialog').getByRole('button', { name: 'Acknowledge' }).click()
  await page.getByText('The anomaly is acknowledged').waitFor()
  await page.goto(`${own.url}/audit/anomalies?state=acknowledged`)
  await page.getByText(/Maria Example, .*: Her new phone/).waitFor()
})

test('[U3] [P7] the trail is searched, exported and proved whole', async () => {
  await page.goto(`${own.url}/audit`)
  await page.getByRole('searchbox', { name: 'Search' }).fill('invit')
  await page.waitForURL(/q=invit/)
  await page.getByRole('link', { name: 'Tenants invited' }).first().waitFor()
  await page.getByRole('button', { name: 'Export' }).click()
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('menuitem', { name: /CSV/ }).click(),
  ])
  assert.equal(await download.failure(), null)
  await page.getByRole('button', { name: 'Verify' }).click()
  await page.getByText('The trail is whole').waitFor()
  await page.getByRole('button', { name: 'Close' }).last().click()
})

test('[U3] [P4] [P7] who is suspended is out of the page that is open', async () => {
  await page.goto(`${own.url}/members`)
  await page.getByRole('button', { name: 'Actions for Grace Example' }).click()
  await page.getByRole('menuitem', { name: 'Suspend' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Suspend' }).click()
  await page.getByText('Grace Example is suspended').waitFor()
  await page
    .getByRole('row', { name: /Grace Example/ })
    .getByText('suspended')
    .waitFor()
  // Nobody touched hers.
  await grace.getByRole('row', { name: /Maria Example/ }).waitFor({ state: 'detached' })
  await page.goto(`${own.url}/audit?action=tenants.member-changed`)
  await page.getByRole('link', { name: 'Tenants member changed' }).first().click()
  await page.getByRole('region', { name: 'What it changed' }).getByText('suspended').waitFor()
})

test('[U3] [P4] who is removed is gone from the list, and would have to be invited again', async () => {
  await page.goto(`${own.url}/members`)
  await page.getByRole('button', { name: 'Actions for Grace Example' }).click()
  await page.getByRole('menuitem', { name: 'Remove' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click()
  await page.getByText('Grace Example is removed').waitFor()
  await page.getByRole('row', { name: /Grace Example/ }).waitFor({ state: 'detached' })
})

test('[U3] [P4] who asks for an organisation gets it once somebody approves', async () => {
  const barbara = await elsewhere()
  await barbara.goto(`${own.url}/register`)
  await barbara.getByLabel('Organisation').fill('Granite Insurance')
  await barbara.getByLabel('E-mail address').fill('barbara@example.org')
  await barbara.getByRole('button', { name: 'Send the link' }).click()
  await barbara.getByText('Look into your mail').waitFor()
  await barbara.goto(await linkOf(/Your request/, '/register/confirm'))
  await barbara.getByLabel('Your name').fill('Barbara Example')
  await barbara.getByLabel('Password', { exact: true }).fill(password)
  await barbara.getByRole('button', { name: 'Ask for the tenant' }).click()
  await barbara.getByText('Waiting for approval').waitFor()

  await page.goto(own.url)
  await page.getByText('Granite Insurance waits for a decision').click()
  await page.getByRole('button', { name: 'Approve Granite Insurance' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Approve' }).click()
  await page.getByText('Granite Insurance is ready').waitFor()
  await barbara.goto(own.url)
  await barbara.getByRole('button', { name: 'Granite Insurance' }).click()
  await barbara.getByRole('button', { name: 'Tenant: Granite Insurance' }).waitFor()
  await barbara.goto(`${own.url}/members`)
  await barbara
    .getByRole('row', { name: /Barbara Example/ })
    .getByText('owner')
    .waitFor()
  assert.equal(await barbara.getByText('Maria Example').count(), 0, 'nothing of the other organisation')
})

test('[U3] [P3] a group of the identity provider is mapped to a role', async () => {
  await page.goto(`${own.url}/oidc-mappings`)
  await page.getByRole('button', { name: 'New mapping' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('textbox', { name: 'Group' }).fill('1c2b7a55-90aa-4d5f-8d2c-0f5a6f1d7b22')
  await dialog.getByRole('textbox', { name: 'Note' }).fill('Shop developers')
  await dialog.getByRole('button', { name: 'Make the mapping' }).click()
  await page
    .getByRole('row', { name: /Shop developers/ })
    .getByText('member', { exact: true })
    .waitFor()
})

test('[U1] every page of people, tenants and audit is accessible in both themes', async () => {
  for (const [path, shows] of [
    ['/', 'Needs you now'],
    ['/members', 'Maria Example'],
    ['/members/roles', 'delivery:read'],
    ['/members/access-review', 'Without a second factor'],
    ['/audit', 'Mapping added'],
    ['/audit/anomalies', 'What is looked for'],
    ['/tenants', 'Bright Harbour'],
    ['/registrations?status=all', 'Granite Insurance'],
    ['/people', 'barbara@example.org'],
    ['/oidc-mappings', 'Shop developers'],
    ['/outbox', 'Your request'],
    ['/dial-allowances', 'Open to everybody'],
    ['/settings', 'Time zone'],
  ] as const) {
    await page.goto(own.url + path)
    await page.getByText(shows).filter({ visible: true }).first().waitFor()
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme })
      await accessible()
    }
  }
})

test('no page complained: no script error, nothing the content security policy refused', () => {
  assert.deepEqual(complaints, [])
})
