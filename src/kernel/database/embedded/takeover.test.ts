import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { attachOrStart, runningServer, startEmbedded } from './index.ts'
import { readPostmasterFile } from './postmaster.ts'
import { clusterName, postgresProcesses } from './processes.ts'
import { freshInstance, ownerProcess, query } from './test-support.ts'

const timeout = 60_000

test('[R1] the server of an owner that was killed is taken over, never doubled', { timeout }, async (t) => {
  const { options, lines, clusterDir } = await freshInstance(t)
  const other = ownerProcess(t, options)
  await other.started
  other.child.kill('SIGKILL')
  await once(other.child, 'exit')
  const orphan = (await readPostmasterFile(clusterDir))?.pid
  assert.ok(orphan && postgresProcesses(clusterDir).includes(orphan))
  assert.equal(await runningServer(options.dataDir), undefined)
  const server = await startEmbedded(options)
  assert.match(lines.join(), new RegExp(`stopping the database server \\(pid ${orphan}\\)`))
  assert.ok(!postgresProcesses(clusterDir).includes(orphan))
  assert.deepEqual(await query(server, 'select 1 as one'), { one: 1 })
  await server.stop()
})

test('[R1] after a killed server, orphaned busy backends do not block the next start', { timeout }, async (t) => {
  const { options, clusterDir } = await freshInstance(t)
  const server = await startEmbedded(options)
  await query(server, 'create table kept as select 42 as answer')
  // Never looks at its latch, so it does not notice that the postmaster is gone.
  const busy = new pg.Client({ connectionString: server.url })
  busy.on('error', () => {})
  await busy.connect()
  void busy.query('do $$ begin loop end loop; end $$').catch(() => {})
  await sleep(500)
  process.kill((await readPostmasterFile(clusterDir))?.pid ?? 0, 'SIGKILL')
  assert.deepEqual(await server.exited, { code: null })
  await sleep(300)
  assert.equal(postgresProcesses(clusterDir).length, 1, 'the busy backend lives on')
  const before = performance.now()
  const again = await startEmbedded(options)
  t.diagnostic(`start after SIGKILL of the server: ${Math.round(performance.now() - before)} ms`)
  assert.deepEqual(await query(again, 'select answer from kept'), { answer: 42 })
  await again.stop()
  assert.deepEqual(postgresProcesses(clusterDir), [])
})

test('[R1] a stale pid that now belongs to an unrelated process is no obstacle', { timeout }, async (t) => {
  const { options, clusterDir } = await freshInstance(t)
  const server = await startEmbedded(options)
  const pidFile = await readFile(join(clusterDir, 'postmaster.pid'), 'utf8')
  await server.stop()
  const { uid, gid } = await stat(clusterDir)
  const unrelated = spawn('/bin/sleep', ['60'], { uid, gid, cwd: '/' })
  t.after(() => void unrelated.kill('SIGKILL'))
  await writeFile(join(clusterDir, 'postmaster.pid'), pidFile.replace(/^\d+/, String(unrelated.pid)))
  // The same for our own file: the pid lives, but it is not the process that wrote it.
  const owner = { pid: unrelated.pid, startedAt: '2026-01-01', kind: 'instance', identity: 'boot/1', token: 'x' }
  await writeFile(join(dirname(clusterDir), 'postgres.owner.json'), JSON.stringify(owner))
  const again = await startEmbedded(options)
  assert.deepEqual(await query(again, 'select 1 as one'), { one: 1 })
  await again.stop()
  assert.equal(unrelated.exitCode ?? unrelated.signalCode, null)
})

test('[R1] a live owner is waited for and named, then refused; a command attaches to it', { timeout }, async (t) => {
  const { options, lines } = await freshInstance(t, { waitForOwnerMs: 300 })
  const other = ownerProcess(t, options)
  const { port } = await other.started
  await assert.rejects(
    startEmbedded(options),
    new RegExp(`in use by another daytwo instance \\(pid ${other.child.pid}\\)`),
  )
  assert.deepEqual(lines, [`waiting for another daytwo instance (pid ${other.child.pid}), which uses the database`])
  const attached = await attachOrStart(options)
  assert.deepEqual([attached.owned, attached.port], [false, port])
  await attached.stop()
  assert.deepEqual(await query(attached, 'select 1 as one'), { one: 1 })
})

test('[R1] a command without an instance starts and stops its own; others wait for it', { timeout }, async (t) => {
  const { options, lines, clusterDir } = await freshInstance(t)
  const own = await attachOrStart(options)
  assert.equal(own.owned, true)
  const waiting = attachOrStart(options)
  await sleep(300)
  assert.match(lines.at(-1) ?? '', /waiting for another daytwo command/)
  await own.stop()
  const next = await waiting
  assert.equal(next.owned, true)
  await next.stop()
  assert.deepEqual(postgresProcesses(clusterDir), [])
})

test('[R1] many processes starting at once: one server, one owner', { timeout }, async (t) => {
  const { options } = await freshInstance(t)
  await (await startEmbedded(options)).stop()
  // A dead owner's file makes them all compete for replacing it.
  await writeFile(join(options.dataDir, 'postgres.owner.json'), '{"pid":0,"identity":"x","kind":"instance"}')
  const all = Array.from({ length: 5 }, () => ownerProcess(t, { ...options, waitForOwnerMs: 2_000 }))
  const results = await Promise.allSettled(all.map(({ started }) => started))
  assert.equal(results.filter(({ status }) => status === 'fulfilled').length, 1)
  assert.doesNotMatch(all.flatMap(({ lines }) => lines).join(), /stopping the database server/)
  const owner = JSON.parse(await readFile(join(options.dataDir, 'postgres.owner.json'), 'utf8'))
  const winner = all[results.findIndex(({ status }) => status === 'fulfilled')]
  assert.equal(owner.pid, winner?.child.pid)
  assert.equal(owner.port, (await winner?.started)?.port)
  assert.deepEqual(await runningServer(options.dataDir), { port: owner.port })
})

test('[R1] a process that exits without stopping its server takes it along', { timeout }, async (t) => {
  const { options, clusterDir } = await freshInstance(t)
  const { child, started } = ownerProcess(t, options, { next: 'exit' })
  await started
  if (child.exitCode === null) await once(child, 'exit')
  while (postgresProcesses(clusterDir).length > 0) await sleep(20)
})

test('[R1] the server does not get the Ctrl-C of the terminal', { timeout }, async (t) => {
  const { options, clusterDir } = await freshInstance(t)
  const server = await startEmbedded(options)
  const { pid } = (await readPostmasterFile(clusterDir)) ?? { pid: 0 }
  const group = Number((await readFile(`/proc/${pid}/stat`, 'utf8')).split(') ')[1]?.split(' ')[2])
  assert.equal(group, pid)
  assert.match(await readFile(`/proc/${pid}/cmdline`, 'utf8'), new RegExp(clusterName(clusterDir)))
  await server.stop()
})
