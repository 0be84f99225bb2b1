import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import type { Context } from '#kernel/context/index.ts'
import { makeEventLog } from '#kernel/events/index.ts'
import { testDatabase } from '#test/support/database.ts'
import { linkPullRequests } from './link-pull-requests.ts'
import { githubProcessor } from './processors.ts'
import { newStream, streamChange } from './schemas.ts'
import { changeStream } from './streams/change-stream.ts'
import { createStream } from './streams/create-stream.ts'
import { github, incoming, iso, type Sent, shaOf, zeros } from './test-support.ts'

const { database, sql, tenant } = await testDatabase()
const eventLog = makeEventLog()
const deps = { database, eventLog }
const processor = githubProcessor({ eventLog, hashPerson: (login) => login })
const process = (ctx: Context, ...sent: Sent[]) => database.tenantTx(ctx, (tx) => processor.process(tx, incoming(sent)))

const links = async ({ tenantId }: Context) =>
  (
    await sql(
      'select repository, pr_number, stream_id, ticket_key from pr_streams where tenant_id = $1 order by 1, 2, 3',
      [tenantId],
    )
  ).map((row) => `${row.repository}#${row.pr_number} ${row.stream_id} ${row.ticket_key}`)
const pullRequest = (number: number, title: string, ref: string, at = 1e12, action = 'opened') =>
  github('pull_request', {
    action,
    pull_request: { number, title, head: { ref }, created_at: iso(at), updated_at: iso(at) },
  })
const stream = (id: string, ...projects: string[]) =>
  newStream.parse({ id, name: id, sources: projects.map((value) => ({ kind: 'jira_project', value })) })

test('[D7] a pull request is linked by ticket ids in its branch, title, body and commits', async () => {
  const ctx = await tenant()
  await createStream(deps, ctx, stream('shop', 'ABC'))
  await createStream(deps, ctx, stream('api', 'XYZ'))
  const body = github('pull_request', {
    action: 'opened',
    pull_request: { number: 3, title: 'x', body: 'For XYZ-3', created_at: iso(1e12), updated_at: iso(1e12) },
  })
  const commits = [{ id: shaOf('a'), timestamp: iso(1e12), message: 'ABC-4 and XYZ-4: both (#4)' }]
  await process(ctx, pullRequest(1, 'no ticket', 'feature/abc-1'), pullRequest(2, 'ABC-2', 'x'), body)
  await process(ctx, github('push', { ref: 'refs/heads/main', commits }), pullRequest(5, 'OTHER-1', 'x'))
  deepEqual(await links(ctx), [
    'acme/shop#1 shop ABC-1',
    'acme/shop#2 shop ABC-2',
    'acme/shop#3 api XYZ-3',
    'acme/shop#4 api XYZ-4',
    'acme/shop#4 shop ABC-4',
  ])
})

test('[D7] a pull request is linked by the commits of its branch, pushed before or after it was opened, and by no others', async () => {
  const ctx = await tenant()
  await createStream(deps, ctx, stream('shop', 'ABC'))
  const opened = (number: number, head: string) =>
    github('pull_request', {
      action: 'opened',
      pull_request: { number, title: 'x', head: { ref: 'x', sha: head }, created_at: iso(1e12), updated_at: iso(1e12) },
    })
  const push = (before: string, ...commits: [string, string][]) =>
    github('push', {
      ref: 'refs/heads/x',
      before,
      commits: commits.map(([name, message]) => ({ id: shaOf(name), timestamp: iso(1e12), message })),
    })
  await process(ctx, push(zeros, ['a1', 'ABC-1 begin'], ['a2', 'go on']), opened(1, shaOf('a2')))
  await process(ctx, opened(2, shaOf('b2')))
  deepEqual(await links(ctx), ['acme/shop#1 shop ABC-1'])
  // Upon a squash of another pull request, which is where its branch ends.
  await process(ctx, push(zeros, ['m0', 'ABC-9 direct'], ['m1', 'ABC-8: before (#7)']))
  await process(ctx, push(shaOf('m1'), ['b1', 'ABC-2 begin'], ['b2', 'go on']))
  deepEqual(await links(ctx), ['acme/shop#1 shop ABC-1', 'acme/shop#2 shop ABC-2', 'acme/shop#7 shop ABC-8'])
  equal(await linkPullRequests(database, eventLog, ctx.tenantId), 0, 'the schedule finds it so')
})

test('[D7] a link goes when its title is corrected, and the latest title counts however late the others come', async () => {
  const ctx = await tenant()
  await createStream(deps, ctx, stream('shop', 'ABC'))
  await createStream(deps, ctx, stream('api', 'XYZ'))
  await process(ctx, pullRequest(1, 'ABC-1', 'x'))
  await process(ctx, pullRequest(1, 'XYZ-1', 'x', 1e12 + 60_000, 'edited'))
  deepEqual(await links(ctx), ['acme/shop#1 api XYZ-1'])
  await process(ctx, pullRequest(1, 'ABC-1', 'x', 1e12 + 30_000, 'synchronize'))
  deepEqual(await links(ctx), ['acme/shop#1 api XYZ-1'])
})

test('[D7] pull requests are linked again when projects move between streams', async () => {
  const [ctx, other] = [await tenant(), await tenant()]
  await process(ctx, pullRequest(1, 'ABC-1', 'x'))
  await process(other, pullRequest(1, 'ABC-1', 'x'))
  await createStream(deps, ctx, stream('shop', 'ABC'))
  deepEqual(await links(ctx), ['acme/shop#1 shop ABC-1'])
  await changeStream(deps, ctx, 'shop', streamChange.parse({ sources: [] }))
  deepEqual(await links(ctx), [])
  deepEqual(await links(other), [])
})

test('[D7] the scheduled command links what is not yet linked, says where, and then has nothing to do', async () => {
  const ctx = await tenant()
  await process(ctx, pullRequest(1, 'ABC-1', 'x'), pullRequest(2, 'ABC-2', 'y'))
  equal(await linkPullRequests(database, eventLog, ctx.tenantId), 0)
  await createStream(deps, ctx, stream('shop', 'ABC'))
  await sql('delete from pr_streams where tenant_id = $1', [ctx.tenantId])
  await sql('delete from domain_event where tenant_id = $1', [ctx.tenantId])
  equal(await linkPullRequests(database, eventLog, ctx.tenantId), 1)
  equal(await linkPullRequests(database, eventLog, ctx.tenantId), 0)
  equal((await links(ctx)).length, 2)
  deepEqual(await sql('select payload from domain_event where tenant_id = $1', [ctx.tenantId]), [
    { payload: { repositories: ['acme/shop'], incidents: [] } },
  ])
})
