import assert from 'node:assert/strict'
import { chmod, chown, mkdir, readdir, readlink, rm, stat, symlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { canReach, chooseAccount, parseAccounts } from './account.ts'
import { completeLinks } from './binaries.ts'
import { startEmbedded } from './index.ts'
import { freshInstance, ownerProcess, query, temporaryFolder } from './test-support.ts'

const timeout = 60_000
const needsRoot = { timeout, skip: process.getuid?.() === 0 ? false : 'needs root' }

/** An instance below a folder only root can enter, like a clone in /root. */
async function instanceOfRoot(t: TestContext, systemDir?: string) {
  const folder = await temporaryFolder(t, '/root', 0o700)
  const system = systemDir ?? join(await temporaryFolder(t, '/var/lib'), 'daytwo')
  const instance = await freshInstance(t, { dataDir: join(folder, 'clone', '.daytwo'), systemDir: system })
  return { ...instance, system }
}

test(
  '[R1] as root the server runs as an unprivileged account and nothing above the data is changed',
  needsRoot,
  async (t) => {
    const { options, clusterDir } = await freshInstance(t)
    const server = await startEmbedded(options)
    const account = await chooseAccount(undefined)
    assert.ok(account && account.uid !== 0)
    const [cluster, data] = await Promise.all([stat(clusterDir), stat(options.dataDir)])
    assert.deepEqual([cluster.uid, cluster.mode & 0o777], [account.uid, 0o700])
    assert.deepEqual([data.uid, data.mode & 0o777], [0, 0o711])
    await server.stop()
  },
)

test('[R1] as an ordinary user the server runs as that user', needsRoot, async (t) => {
  const folder = await temporaryFolder(t)
  const uid = parseAccounts('x:x:1:1')[0]?.uid ?? 1
  await chown(folder, uid, uid)
  const { options, clusterDir } = await freshInstance(t, { dataDir: join(folder, 'data') })
  const { started } = ownerProcess(t, options, { uid, next: 'stop' })
  assert.equal((await started).owned, true)
  assert.deepEqual([(await stat(clusterDir)).uid, (await stat(options.dataDir)).mode & 0o777], [uid, 0o700])
  const asOther = ownerProcess(t, options, { uid: 2 })
  await assert.rejects(asOther.started)
})

test('[R1] root starts a cluster of an ordinary user as that user', needsRoot, async (t) => {
  const folder = await temporaryFolder(t)
  await chown(folder, 1, 1)
  const { options, clusterDir } = await freshInstance(t, { dataDir: join(folder, 'data') })
  const { child, started } = ownerProcess(t, options, { uid: 1, next: 'stop' })
  await started
  if (child.exitCode === null) await new Promise((resolve) => child.once('exit', resolve))
  const server = await startEmbedded(options)
  assert.equal((await stat(join(clusterDir, 'postmaster.pid'))).uid, 1)
  await server.stop()
})

test('[R1] below /root the cluster and the programs go to the system folder', needsRoot, async (t) => {
  const { options, lines, clusterDir, system } = await instanceOfRoot(t)
  const folder = dirname(dirname(options.dataDir))
  const server = await startEmbedded(options)
  const target = await readlink(clusterDir)
  assert.match(target, new RegExp(`^${system}/[0-9a-f]{16}/postgres$`))
  assert.equal((await stat(target)).mode & 0o777, 0o700)
  assert.deepEqual([(await stat(folder)).mode & 0o777, (await stat(folder)).uid], [0o700, 0])
  await query(server, 'create table kept as select 42 as answer')
  await server.stop()
  const again = await startEmbedded(options)
  assert.deepEqual(await query(again, 'select answer from kept'), { answer: 42 })
  await again.stop()
  assert.equal((await readdir(system)).filter((name) => !name.startsWith('bin-')).length, 1)
  // A deleted data folder begins afresh.
  await rm(options.dataDir, { recursive: true })
  const fresh = await startEmbedded(options)
  assert.deepEqual(await query(fresh, "select to_regclass('kept') as kept"), { kept: null })
  assert.notEqual(await readlink(clusterDir), target)
  await fresh.stop()
  assert.equal(lines.filter((line) => line.startsWith('creating')).length, 2)
  // A cluster that vanished from the system folder is not silently replaced.
  await rm(dirname(await readlink(clusterDir)), { recursive: true })
  await assert.rejects(startEmbedded(options), /points to the database cluster .* which is gone/)
})

test('[R1] below /root without a usable system folder the error says what to do', needsRoot, async (t) => {
  for (const systemDir of ['/proc/daytwo', '/root/d2-none']) {
    const { options } = await instanceOfRoot(t, systemDir)
    t.after(() => rm('/root/d2-none', { recursive: true, force: true }))
    await assert.rejects(startEmbedded(options), /Set DAYTWO_DATA to a folder another user can reach/)
  }
})

test('[R1] a path is reachable only if every folder on it is', async (t) => {
  const folder = await temporaryFolder(t)
  const inner = join(folder, 'a', 'b')
  await mkdir(inner, { recursive: true })
  const account = { name: 'somebody', uid: 12_345, gid: 12_345 }
  await chmod(join(folder, 'a'), 0o711)
  await chmod(inner, 0o711)
  assert.equal(await canReach(account, inner), true)
  await chmod(join(folder, 'a'), 0o770)
  assert.equal(await canReach(account, inner), false)
})

test('[R1] libraries left without their links by --ignore-scripts are completed', async (t) => {
  const folder = await temporaryFolder(t)
  await mkdir(join(folder, 'native/lib'), { recursive: true })
  const list = [{ source: 'native/lib/libpq.so.5.18', target: 'native/lib/libpq.so.5' }]
  await completeLinks(join(folder, 'native'), list)
  await completeLinks(join(folder, 'native'), list)
  assert.equal(await readlink(join(folder, 'native/lib/libpq.so.5')), 'libpq.so.5.18')
  await assert.rejects(symlink('x', join(folder, 'native/lib/libpq.so.5')), /EEXIST/)
})
