/** Dead letters from the command line of a running instance: real ones, made by signed bodies that are not JSON. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { instance } from './support/processes.ts'
import { sign } from './support/webhooks.ts'

const own = await instance()
await own.up()
const secrets = JSON.parse(readFileSync(join(own.folder, 'data/secrets.json'), 'utf8'))
const unreadable = 'intake/unreadable-payload'
/** Ends with an escape sequence that would clear the reader's terminal. */
const body = '{"broken": "\u001b[2J'

const json = async (...args: string[]) => {
  const { code, stdout, output } = await own.run(...args, '--json')
  assert.equal(code, 0, output)
  return JSON.parse(stdout)
}
const list = () => json('dead-letters:list')

/** Until the worker is done with what was sent or requeued. */
async function dead(count: number) {
  for (let tries = 0; ; tries++) {
    const found = await list()
    if (found.dead_letters.length === count) return found.dead_letters as { id: number; requeued_count: number }[]
    assert.ok(tries < 20, `${JSON.stringify(found)} instead of ${count} dead letters`)
    await new Promise((resolve) => setTimeout(resolve, 250))
  }
}

for (const delivery of ['a', 'b', 'c']) {
  const reply = await fetch(`${own.url}/api/v1/webhooks/github`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-github-event': 'push',
      'x-github-delivery': delivery,
      'x-hub-signature-256': sign(secrets.GITHUB_WEBHOOK_SECRET, body),
    },
    body,
  })
  assert.equal(reply.status, 202)
}
await dead(3)

test('[Q4] commands list dead letters, group them, and show one with its error and payload', async () => {
  const { groups, dead_letters } = await list()
  assert.deepEqual(groups, [{ error_class: unreadable, count: 3 }])
  assert.deepEqual(await json('dead-letters:list', '--error-class', 'other').then((found) => found.dead_letters), [])
  const queue = (await json('work:list')).find(({ name }: { name: string }) => name === 'event_queue')
  assert.equal(queue.dead_lettered, 3)
  const shown = await own.run('dead-letters:show', String(dead_letters[0].id))
  assert.equal(shown.code, 0, shown.output)
  assert.match(shown.stdout, /Malformed payload/)
  assert.ok(shown.stdout.includes('{"broken": "\\u001b[2J'), shown.stdout)
  assert.ok(!shown.stdout.includes('\u001b'), 'what came from outside does not command the terminal')
  assert.equal((await json('dead-letters:show', String(dead_letters[0].id))).payload, body)
})

test('[Q4] a dry run counts, many are asked about, and a requeue runs once each while the worker works', async () => {
  const before = await dead(3)
  const filter = ['dead-letters:requeue', '--error-class', unreadable]
  assert.deepEqual(await json(...filter, '--dry-run'), { dry_run: true, matched: 3, requeued: 0 })
  const unasked = await own.run(...filter)
  assert.equal(unasked.code, 1)
  assert.match(unasked.output, /Requeue 3 dead letters of event_queue\? Say so with --yes/)
  assert.deepEqual(
    (await dead(3)).map(({ requeued_count }) => requeued_count),
    [0, 0, 0],
  )
  assert.deepEqual(await json(...filter, '--yes'), { dry_run: false, matched: 3, requeued: 3 })
  assert.deepEqual(
    (await dead(3)).map(({ id, requeued_count }) => [id, requeued_count]),
    before.map(({ id }) => [id, 1]),
  )
  const one = await own.run('dead-letters:requeue', String(before[0]!.id))
  assert.match(one.stdout, /^Requeued 1 of 1 dead letters of event_queue\.$/m)
  assert.deepEqual(
    (await dead(3)).map(({ requeued_count }) => requeued_count),
    [2, 1, 1],
  )
  assert.equal((await json('dead-letters:requeue', '--all', '--yes')).requeued, 3)
})

test('[Q4] a misused command says what is wrong and exits 2', async () => {
  const misuses = [
    [['dead-letters:requeue'], /Say which/],
    [['dead-letters:requeue', '1', '--all'], /one of the three/],
    [['dead-letters:requeue', 'x'], /"x" is not a positive whole number/],
    [['dead-letters:requeue', '--before', 'yesterday'], /"yesterday" is not an instant/],
    [['dead-letters:requeue', '--all', '--work', 'nope'], /No work is called "nope"; there are .*event_queue/],
    [['dead-letters:list', '--tenant', 'nobody'], /No tenant is called "nobody"/],
    [['dead-letters:show', '999999'], /event_queue has no row 999999/],
  ] as const
  await Promise.all(
    misuses.map(async ([args, expected]) => {
      const { code, output } = await own.run(...args)
      assert.equal(code, 2, output)
      assert.match(output, expected)
    }),
  )
  assert.match((await own.run('dead-letters:requeue', '999999')).stdout, /Nothing to requeue/)
})
