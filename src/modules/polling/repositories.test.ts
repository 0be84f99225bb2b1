import assert from 'node:assert/strict'
import { test } from 'node:test'
import { defaultTenantId } from '#kernel/context/index.ts'
import { githubWebhook } from '#test/support/webhooks.ts'
import { pollingBench } from './test-bench.ts'
import { startTestGitHub } from './test-github.ts'
import { startTestJira } from './test-jira.ts'

const github = await startTestGitHub()
const jira = await startTestJira()
const { app, run, fails, forgetWait } = await pollingBench({
  ...jira.environment,
  ...github.environment,
  GITHUB_ORG: 'acme',
})
const as = await app.key()
const list = async (query = '', headers = as) => {
  const reply = await app.http.inject({ url: `/api/v1/repositories${query}`, headers })
  assert.equal(reply.statusCode, 200, reply.body)
  return reply.json() as {
    repositories: { id: string; name: string; streams: string[]; gone_at: string | null }[]
    next_cursor: string | null
  }
}
const names = async (query = '', headers = as) => (await list(query, headers)).repositories.map(({ name }) => name)

test('[D14] [Q6] the organisation’s repositories are listed by name, a page at a time, with their streams', async () => {
  for (const name of ['acme/shop', 'acme/Api', 'acme/web', 'acme/docs', 'acme/old'])
    github.add(name, { archived: name === 'acme/old' })
  assert.equal(await run('sync-repositories'), '5 repositories, 0 gone')
  const made = await app.http.inject({
    method: 'POST',
    url: '/api/v1/streams',
    headers: as,
    payload: { id: 'checkout', name: 'Checkout', sources: [{ kind: 'repository', value: 'acme/api' }] },
  })
  assert.equal(made.statusCode, 201, made.body)
  assert.deepEqual(await names(), ['acme/Api', 'acme/docs', 'acme/old', 'acme/shop', 'acme/web'])
  assert.deepEqual(await names('?unassigned=true'), ['acme/docs', 'acme/old', 'acme/shop', 'acme/web'])
  assert.deepEqual((await list()).repositories[0]!.streams, ['checkout'])
  const paged: string[] = []
  let cursor: string | null = ''
  while (cursor !== null) {
    const page = await list(`?limit=2${cursor && `&cursor=${cursor}`}`)
    paged.push(...page.repositories.map(({ name }) => name))
    cursor = page.next_cursor
  }
  assert.deepEqual(paged, await names())
  const limited = await app.key({ scopes: ['delivery:read'], streams: ['checkout'] })
  assert.deepEqual(await names('', limited), ['acme/Api'])
  const bad = await app.http.inject({ url: '/api/v1/repositories?cursor=x', headers: as })
  assert.equal(bad.statusCode, 422)
})

test('[D14] [Q6] one that is renamed keeps its place, one that a changing list left out stays, one that is gone is marked', async () => {
  const [shop, , web] = github.repositories
  shop!.full_name = 'acme/store'
  github.repositories.splice(github.repositories.indexOf(web!), 1)
  // Left out of the list, and there all the same.
  github.says.instead.push({ on: /page=2/, answer: { body: [] } })
  assert.match(await run('sync-repositories'), /, 1 gone$/)
  assert.deepEqual(await names(), ['acme/Api', 'acme/docs', 'acme/old', 'acme/store'])
  const all = await list('?gone=true')
  assert.ok(all.repositories.find(({ name }) => name === 'acme/web')!.gone_at)
  github.repositories.push(web!)
  await run('sync-repositories')
  assert.ok((await names()).includes('acme/web'))
})

test('[D14] [Q6] stopped between pages it goes on there', async () => {
  github.says.instead.push({ on: /page=2/, answer: { status: 403, headers: { 'retry-after': '900' } } })
  assert.match(await run('sync-repositories'), /nothing was read; stopped: GitHub takes no more requests until/)
  await forgetWait()
  github.says.asked.length = 0
  assert.match(await run('sync-repositories'), /0 gone$/)
  assert.match(github.says.asked[0]!, /page=2/)
})

test('[A2] testing a connection tells the source’s own answer, who one is, what is missing and what is left', async () => {
  const ask = async (source: string, headers = as) => {
    const reply = await app.http.inject({ method: 'POST', url: `/api/v1/admin/integrations/${source}/test`, headers })
    assert.equal(reply.statusCode, 200, reply.body)
    return reply.json()
  }
  const reset = Math.floor(Date.now() / 1000) + 600
  github.says.always = {
    'x-oauth-scopes': 'repo, gist',
    'x-ratelimit-limit': '5000',
    'x-ratelimit-remaining': '4321',
    'x-ratelimit-reset': String(reset),
  }
  assert.deepEqual(await ask('github'), {
    source: 'github',
    configured: true,
    ok: false,
    answer: 'GitHub knows the token as octo; it may not do all that is needed.',
    status: 200,
    account: 'octo',
    scopes: ['repo', 'gist'],
    missing: ['admin:org_hook'],
    quota: { limit: 5000, remaining: 4321, resets_at: new Date(reset * 1000).toISOString() },
  })
  github.says.always = {}
  const fine = await ask('github')
  assert.deepEqual([fine.ok, fine.scopes, fine.missing], [true, null, []])
  github.says.instead.push({ on: /user/, answer: { status: 401 } })
  const wrong = await ask('github')
  assert.deepEqual(
    [wrong.ok, wrong.status, wrong.answer],
    [false, 401, 'GitHub does not accept the credentials (401).'],
  )
  const { answer, account, ok } = await ask('jira')
  assert.deepEqual([ok, account, answer], [true, 'bot@acme.example', 'Jira knows the token as Bot.'])
  const { tenantId } = await app.tenant()
  const foreign = await ask('github', await app.key({ tenantId }))
  assert.deepEqual([foreign.configured, foreign.ok, foreign.account], [false, false, null])
})

test('[Q6] events that could not be taken make the look for gaps due, and not sooner than a quarter of an hour after the last', async () => {
  const name = 'scheduler:detect-github-gaps'
  const due = async () =>
    (
      await app.sql(`select extract(epoch from due_at - now())::float8 as "in" from schedule where name = $1`, [name])
    )[0]!.in as number
  await app.sql(`update schedule set due_at = now() + interval '20 hours', last_finished_at = now() where name = $1`, [
    name,
  ])
  assert.equal(await app.composed.polling.lookSoon(), true)
  assert.ok(Math.abs((await due()) - 900) < 30)
  await app.sql(
    `update schedule set due_at = now() + interval '20 hours', last_finished_at = now() - interval '1 hour' where name = $1`,
    [name],
  )
  // The database does not take what was sent.
  await app.sql('revoke insert on event_queue from daytwo_platform')
  const refused = await app.http.inject(githubWebhook('ping', { zen: 'x' }))
  await app.sql('grant insert on event_queue to daytwo_platform')
  assert.ok(refused.statusCode >= 500, refused.body)
  await app.composed.intake.flushRefusals()
  assert.ok((await due()) < 1)
  await app.sql(`update schedule set status = 'processing', due_at = now() + interval '20 hours' where name = $1`, [
    name,
  ])
  assert.equal(await app.composed.polling.lookSoon(), false, 'while it runs it has to be asked again')
  await app.sql(`update schedule set status = 'pending' where name = $1`, [name])
})

test('[D14] [Q6] an organisation that the token does not see is told', async () => {
  github.says.instead.push({ on: /orgs\/acme\/repos/, answer: { status: 404 } })
  assert.match(await fails('sync-repositories'), /GitHub knows no organisation acme, or the token does not see it$/)
  assert.equal(
    (await app.sql('select count(*)::int as n from source_repository where tenant_id <> $1', [defaultTenantId]))[0]!.n,
    0,
  )
})
