/**
 * Metrics are about work, not about persons. GitHub's own example payloads and Jira's fields go through the product with every person in
 * them renamed, and no table and no reply of delivery knows any of the names; and no route could compare persons, for none speaks of any.
 */
import { deepEqual, equal, ok } from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { testApp } from './support/app.ts'
import { examples } from './support/examples.ts'
import { githubWebhook, jiraWebhook } from './support/webhooks.ts'

const app = await testApp()
const key = await app.key()

/** In the examples the owner of the repository is also its only person; here persons get names of their own. */
const renamed = new Set<string>()
function person(of: string): string {
  const name = `zz-person-${Buffer.from(of).toString('hex')}`
  renamed.add(name)
  return name
}
const isPerson = (value: Record<string, unknown>) =>
  (typeof value.login === 'string' && value.type !== 'Organization' && value.type !== 'Bot') ||
  (typeof value.name === 'string' && 'email' in value)

function withoutPersons(value: unknown, at = ''): unknown {
  if (Array.isArray(value)) return value.map((item) => withoutPersons(item, at))
  if (value === null || typeof value !== 'object') return value
  const fields = Object.entries(value as Record<string, unknown>)
  // A repository's owner is half of its name, not somebody who did something.
  if (!isPerson(value as Record<string, unknown>) || at === 'owner' || at === 'organization')
    return Object.fromEntries(fields.map(([name, field]) => [name, withoutPersons(field, name)]))
  return Object.fromEntries(
    fields.map(([name, field]) => {
      if (typeof field !== 'string' || name === 'type') return [name, field]
      if (name === 'email') return [name, `${person(field)}@example.com`]
      return [name, ['login', 'name', 'username'].includes(name) ? person(field) : field]
    }),
  )
}

const jiraUser = (name: string) => ({
  accountId: person(name),
  displayName: person(name),
  emailAddress: `${person(name)}@example.com`,
})

/** Tables of delivery, from its migrations. Pulse surveys know whom to ask until a period ends: its README says what that tells. */
const tables = globSync('src/modules/delivery/{facts,dora}/migrations/*.sql').flatMap((file) =>
  [...readFileSync(file, 'utf8').matchAll(/^create table (\w+)/gm)].map(([, name]) => name!),
)
const routes = Object.entries(
  app.http.swagger().paths as unknown as Record<string, { get?: { tags?: string[]; parameters?: { name: string }[] } }>,
).flatMap(([path, { get }]) =>
  get?.tags?.some((tag) => ['delivery', 'metrics', 'pulse surveys'].includes(tag)) ? [{ path, get }] : [],
)

test('[D13] GitHub’s examples and Jira’s fields leave no login, name or address of a person in any table or reply of delivery', async () => {
  const asked = await app.http.inject({
    method: 'PUT',
    url: '/api/v1/settings/delivery.incident_label',
    headers: key,
    payload: { value: 'bug' },
  })
  equal(asked.statusCode, 200, asked.body)
  for (const { name, payload } of examples)
    equal((await app.http.inject(githubWebhook(name, withoutPersons(payload)))).statusCode, 202, name)
  for (const [webhookEvent, type] of [
    ['jira:issue_created', 'Story'],
    ['jira:issue_created', 'Incident'],
  ] as const)
    await app.http.inject(
      jiraWebhook({
        webhookEvent,
        timestamp: Date.UTC(2026, 1, 3),
        user: jiraUser('user'),
        issue: {
          id: type,
          key: `SHOP-${type.length}`,
          fields: {
            project: { key: 'SHOP', lead: jiraUser('lead') },
            issuetype: { name: type },
            summary: 'Down',
            status: { name: 'To Do', statusCategory: { key: 'new' } },
            created: '2026-02-03T00:00:00.000Z',
            assignee: jiraUser('assignee'),
            reporter: jiraUser('reporter'),
            creator: jiraUser('creator'),
          },
        },
      }),
    )
  await app.settle()
  ok(renamed.size > 10, `${renamed.size} persons`)
  ok(tables.length > 10, `${tables.length} tables`)

  const filled: string[] = []
  for (const table of [...tables, 'domain_event']) {
    const [row] = await app.sql(
      `select count(*)::int as n, coalesce(string_agg(to_jsonb(t)::text, ' '), '') as text from ${table} t`,
    )
    if (Number(row!.n) > 0) filled.push(table)
    ok(!String(row!.text).includes('zz-person-'), `${table}: ${/.{80}zz-person-.{40}/.exec(String(row!.text))?.[0]}`)
  }
  for (const table of [
    'deployment_records',
    'commits',
    'pr_events',
    'work_item_events',
    'incident_events',
    'incidents',
  ])
    ok(filled.includes(table), `${table} has rows, so that looking means something`)

  let bytes = 0
  for (const { path } of routes) {
    const listed = await app.sql(`select max(id)::text as deployment from deployment_records`)
    const url = path.replace('{id}', String(listed[0]!.deployment))
    const window = path.includes('/metrics/') && !path.endsWith('/bands') ? '?from=2018-01-01&to=2020-12-31' : ''
    const reply = await app.http.inject({ url: `${url}${window}`, headers: key })
    ok(reply.statusCode < 500, `${url}: ${reply.body}`)
    ok(!reply.body.includes('zz-person-'), url)
    bytes += reply.body.length
  }
  ok(routes.length >= 10 && bytes > 2000, `${routes.length} replies, ${bytes} bytes`)
})

test('[D13] no reply and no filter of delivery speaks of persons, so none can be ranked', async () => {
  const speaks =
    /author|login|assignee|assigned_to|reviewer|committer|contributor|person|user|member|mail|address|_by$/i
  /** Each is about somebody who uses the console, or about no person: not about somebody whose work is measured. */
  const allowed = new Map([
    ['overridden_by', 'who decided in the console what caused an incident'],
    ['named_by', 'what of a change names its ticket: a branch, a title, a body, a commit'],
    ['addresses', 'whom a pulse survey asks; shown to those who may change it'],
  ])
  const seen = new Set<string>()
  const collect = (schema: unknown): void => {
    if (Array.isArray(schema)) {
      for (const item of schema) collect(item)
      return
    }
    if (schema === null || typeof schema !== 'object') return
    for (const [name, value] of Object.entries(schema)) {
      if (name === 'properties') for (const property of Object.keys(value as object)) seen.add(property)
      collect(value)
    }
  }
  for (const { get } of routes) {
    collect((get as { responses?: unknown }).responses)
    for (const { name } of get.parameters ?? []) seen.add(name)
  }
  ok(seen.size > 60, `${seen.size} names`)
  deepEqual(
    [...seen].filter((name) => speaks.test(name) && !allowed.has(name)),
    [],
  )
  for (const name of allowed.keys()) ok(seen.has(name), `${name} is there, so the collector sees it`)

  // Nor does a query compare by the hash that stands for an author.
  const sources = globSync('src/modules/delivery/**/*.ts').filter((file) => !file.endsWith('.test.ts'))
  const grouping = sources.filter((file) =>
    /\b(group|order|partition) by\b[^`;)]*author_hash/.test(readFileSync(file, 'utf8')),
  )
  ok(sources.length > 50)
  deepEqual(grouping, [])
})
