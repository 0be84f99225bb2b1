import assert from 'node:assert/strict'
import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { claim, liveOwner } from './owner.ts'
import { temporaryFolder } from './test-support.ts'

test('[R1] of many claims at once exactly one succeeds, also where a dead owner has to be replaced', async (t) => {
  const folder = await temporaryFolder(t)
  const clusterDir = join(folder, 'postgres')
  for (const left of [undefined, '', '{"pid":1,"identity":"before the last boot"}']) {
    if (left !== undefined) await writeFile(join(folder, 'postgres.owner.json'), left)
    const results = await Promise.all(Array.from({ length: 20 }, () => claim(clusterDir, 'instance')))
    const winners = results.flatMap((result) => ('ownership' in result ? [result.ownership] : []))
    assert.equal(winners.length, 1)
    await winners[0]?.setPort(4711)
    assert.equal((await liveOwner(clusterDir))?.port, 4711)
    await winners[0]?.release()
    assert.equal(await liveOwner(clusterDir), undefined)
  }
  assert.deepEqual(await readdir(folder), [])
})
