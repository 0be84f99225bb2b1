import assert from 'node:assert/strict'
import { readdir, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { test } from 'node:test'
import { backupCluster, startEmbedded } from './index.ts'
import { freshInstance, query } from './test-support.ts'

const timeout = 60_000

test('[R1] a stopped cluster is copied, the newest three copies stay, and a copy starts', { timeout }, async (t) => {
  const { options, lines, clusterDir } = await freshInstance(t)
  assert.equal(await backupCluster(options.dataDir, 'early', options.log), undefined)
  const server = await startEmbedded(options)
  await assert.rejects(
    backupCluster(options.dataDir, 'running', options.log),
    new RegExp(`in use by process ${process.pid}`),
  )
  await query(server, 'create table kept as select 42 as answer')
  await server.stop()
  const copies: (string | undefined)[] = []
  for (const label of ['one', 'two', '../thr ee', 'four']) {
    copies.push(await backupCluster(options.dataDir, label, options.log))
  }
  const names = await readdir(join(options.dataDir, 'backups'))
  assert.deepEqual(
    names.sort(),
    copies.slice(1).map((path) => basename(dirname(path ?? ''))),
  )
  assert.match(names[1] ?? '', /^\d{4}-\d\d-\d\dT[\d-]+Z-..-thr-ee$/)
  assert.match(lines.at(-1) ?? '', /^copying the database cluster/)
  const [original, copy] = await Promise.all([stat(clusterDir), stat(copies[3] ?? '')])
  assert.deepEqual([copy.uid, copy.gid, copy.mode], [original.uid, original.gid, original.mode])
  await rm(clusterDir, { recursive: true })
  await rename(copies[3] ?? '', clusterDir)
  const restored = await startEmbedded(options)
  assert.deepEqual(await query(restored, 'select answer from kept'), { answer: 42 })
  await restored.stop()
})
