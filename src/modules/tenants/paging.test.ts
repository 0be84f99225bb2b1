import assert from 'node:assert/strict'
import { test } from 'node:test'
import { testApp } from '#test/support/app.ts'
import { makeBench } from './test-bench.ts'

const app = await testApp()
const { get, post, remove } = makeBench(app)
type Rows = { readonly [field: string]: string }[]

/** Ids of all rows of a list, asked for two at a time; `meanwhile` happens between the first page and the second. */
async function inTwos(
  path: string,
  list: string,
  id: string,
  headers: Record<string, string>,
  meanwhile = async () => {},
) {
  const pages: Rows[] = []
  for (let cursor = ''; ; ) {
    const sign = path.includes('?') ? '&' : '?'
    const answer = await get(`${path}${sign}limit=2${cursor && `&cursor=${encodeURIComponent(cursor)}`}`, headers)
    assert.equal(answer.status, 200, answer.text)
    pages.push(answer.body[list])
    if (pages.length === 1) await meanwhile()
    if (answer.body.next_cursor === null) break
    cursor = answer.body.next_cursor
  }
  assert.deepEqual(
    pages.map((rows) => rows.length),
    [2, 2, 1],
  )
  return pages.flat().map((row) => row[id]!)
}

/** What is no cursor of the list, a limit that is none and a parameter that nobody knows are refused by name. */
async function refuses(path: string, headers: Record<string, string>, cursors: readonly string[]) {
  const asked: [query: string, pointer: string][] = [
    ...cursors.map((cursor): [string, string] => [`cursor=${cursor}`, 'query/cursor']),
    ['limit=0', 'query/limit'],
    ['limit=201', 'query/limit'],
    ['page=2', 'query/page'],
  ]
  for (const [query, pointer] of asked) {
    const refused = await get(`${path}?${query}`, headers)
    assert.deepEqual([refused.status, refused.body.errors?.[0]?.pointer], [422, pointer], `${query}: ${refused.text}`)
  }
}

test('[P4] [P9] members go by pages, who joined last first, each once though they joined at one instant and others come and go', async () => {
  const { tenantId } = await app.tenant()
  const people = []
  for (let n = 0; n < 5; n++) people.push(await app.person({ tenantId, role: n === 0 ? 'owner' : 'viewer' }))
  const { headers } = people[0]!
  const joined = (id: string, at: string) => app.sql('update member set joined_at = $2 where person_id = $1', [id, at])
  // Microseconds count, and three have the very same.
  const instants = ['.000003', '.000002', '.000002', '.000002', '.000001']
  for (const [n, at] of instants.entries()) await joined(people[n]!.id, `2026-01-01T00:00:00${at}Z`)
  const [first, , , , last] = people.map(({ id }) => id)
  const same = people.slice(1, 4).map(({ id }) => id)
  const expected = [first, ...same.sort().reverse(), last]
  assert.deepEqual(await inTwos('/members', 'members', 'person_id', headers), expected)

  // Who joins later comes before all; the row that the cursor points at may go.
  const comeAndGo = async () => {
    await app.person({ tenantId, role: 'viewer' })
    assert.equal((await remove(`/members/${expected[1]}`, headers)).status, 204)
  }
  assert.deepEqual(await inTwos('/members', 'members', 'person_id', headers, comeAndGo), expected)

  const review = (await get('/access-review', headers)).body
  assert.deepEqual([review.members.length, review.counts.members], [5, 5], 'the review has all of them at once')
  const id = people[0]!.id
  const badPlaces = ['x', id, `1.${id}.1`, `-1.${id}`, `12345678901234567.${id}`, `1.${id}'`, `1.${id.toUpperCase()}x`]
  await refuses('/members', headers, badPlaces.map(encodeURIComponent))
})

test('[P4] [P9] invitations go by pages, newest first, each once; the open ones alone when asked for', async () => {
  const { tenantId } = await app.tenant()
  const { headers } = await app.person({ tenantId })
  const invite = async (name: string): Promise<string> => {
    const made = await post('/invitations', headers, { email: `${name}-${tenantId}@example.com`, role: 'viewer' })
    assert.equal(made.status, 201, made.text)
    return made.body.id
  }
  const made: string[] = []
  for (let n = 0; n < 5; n++) made.push(await invite(`guest-${n}`))
  const expected = made.sort().reverse()
  const later = async () => void (await invite('later'))
  assert.deepEqual(await inTwos('/invitations', 'invitations', 'id', headers, later), expected)
  assert.deepEqual((await get('/invitations', headers)).body.next_cursor, null, 'six fit on a page')

  // Of five that are open one has expired; one that was taken back is not among them.
  const gone = (await get('/invitations?limit=1', headers)).body.invitations[0].id
  assert.equal((await remove(`/invitations/${gone}`, headers)).status, 204)
  await app.sql(`update invitation set expires_at = now() - interval '1 hour' where id = $1`, [expected[0]])
  assert.deepEqual(await inTwos('/invitations?state=open', 'invitations', 'id', headers), expected)
  assert.equal((await get('/invitations?state=all', headers)).body.invitations.length, 6)
  assert.equal((await get('/invitations?state=closed', headers)).body.errors[0].pointer, 'query/state')
  await refuses('/invitations', headers, ['x', '1', expected[0]!.slice(1)])
})

test('[P4] [P9] support accesses go by pages, newest first, each once', async () => {
  const { tenantId } = await app.tenant()
  const { headers } = await app.person({ tenantId })
  const look = async (): Promise<string> => {
    const support = await app.person({ tenantId: null, platformRole: 'support' })
    const input = { role: 'viewer', reason: 'They asked why a figure is missing.', minutes: 5 }
    const opened = await post(`/tenants/${tenantId}/support-access`, support.headers, input)
    assert.equal(opened.status, 201, opened.text)
    return opened.body.id
  }
  const made: string[] = []
  for (let n = 0; n < 5; n++) made.push(await look())
  const later = async () => void (await look())
  const expected = made.sort().reverse()
  assert.deepEqual(await inTwos('/support-access', 'support_accesses', 'id', headers, later), expected)
  await refuses('/support-access', headers, ['x', '1', expected[0]!.slice(1)])
})
