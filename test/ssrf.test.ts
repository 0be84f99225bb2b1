/** Everything of the product that connects to an address somebody gave, led to where nobody may be led: nothing arrives there. */
import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { after, test } from 'node:test'
import { makeDial } from '#kernel/dial/index.ts'
import { canary, corpusLookup, refusedHosts } from '#kernel/dial/test-corpus.ts'
import { parseAllowances } from '#kernel/networks/index.ts'
import { makeSinks } from './support/sinks.ts'

const { sinks, trusted } = await makeSinks()
const bird = await canary()
after(() => bird.close())
const hosts = Object.values(refusedHosts).flat()
const all = Object.values(sinks).flat()

test('[W5] every use of the dial is a sink that is tried here', () => {
  const root = new URL('../', import.meta.url)
  const files = globSync('src/**/*.ts', { cwd: root }).filter(
    (path) => !/\.test\.ts$|\/test-[a-z-]+\.ts$/.test(path) && !path.startsWith('src/kernel/dial/'),
  )
  assert.ok(files.length > 200)
  const uses = files.filter((path) =>
    /\bdial\s*\.\s*(fetch|connect)\s*\(|\bnodeAgents\s*\(|\{[^}]*\b(fetch|connect)\b[^}]*\}\s*=\s*\w*dial\b/.test(
      readFileSync(new URL(path, root), 'utf8'),
    ),
  )
  assert.deepEqual(uses.sort(), Object.keys(sinks).sort())
})

test('[W5] each sink reaches what is allowed, so that refusing means something', async () => {
  for (const { name, lead } of all) {
    const dial = makeDial({ allow: parseAllowances([...trusted, `127.0.0.1:${bird.port}`].join(',')) })
    const before = bird.touched()
    await lead(`http://127.0.0.1:${bird.port}`, dial).catch(() => undefined)
    assert.ok(bird.touched() > before, `${name} came to the canary`)
    await dial.close()
  }
})

for (const { name, lead } of all)
  test(`[W5] 49: 50: 51: 52: 53: ${name}: ${hosts.length} notations, 0 connections`, async () => {
    const dial = makeDial({ lookup: corpusLookup, allow: parseAllowances(trusted.join(',')) })
    const before = bird.touched()
    for (const [index, host] of hosts.entries()) {
      const url = `${index % 2 === 0 ? 'http' : 'https'}://${host}:${bird.port}`
      await assert.rejects(Promise.resolve(lead(url, dial)), () => true, `${name} ${url}`)
    }
    for (const host of ['mixed.example', 'mixed6.example', 'zone.example', 'mapped.example'])
      await assert.rejects(Promise.resolve(lead(`http://${host}:${bird.port}`, dial)), () => true, `${name} ${host}`)
    assert.equal(bird.touched(), before)
    await dial.close()
  })
