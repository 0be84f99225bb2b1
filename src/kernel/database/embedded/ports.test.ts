import assert from 'node:assert/strict'
import { test } from 'node:test'
import { resolveBinaries } from './binaries.ts'
import { startEmbedded } from './index.ts'
import { settlePlace } from './place.ts'
import { portCandidates } from './ports.ts'
import { launchOnFreePort } from './start.ts'
import { freshInstance, occupyPort } from './test-support.ts'

const timeout = 60_000

test('[R1] a busy port is passed over, and the one taken is preferred from then on', { timeout }, async (t) => {
  const busy = await occupyPort(t, 31_310)
  const { options } = await freshInstance(t, { preferredPort: busy })
  const first = await startEmbedded(options)
  assert.ok(first.port > busy && first.port < busy + 20, String(first.port))
  await first.stop()
  await occupyPort(t, busy + 21)
  const second = await startEmbedded(options)
  assert.equal(second.port, first.port)
  await second.stop()
  const moved = await startEmbedded({ ...options, preferredPort: busy + 21 })
  assert.ok(moved.port > busy + 21, String(moved.port))
  await moved.stop()
})

test('[R1] a port lost to another process at the last moment is retried with the next', { timeout }, async (t) => {
  const { options } = await freshInstance(t, { preferredPort: 31_350 })
  await (await startEmbedded(options)).stop()
  const place = await settlePlace(options, await resolveBinaries())
  const busy = await occupyPort(t, 31_350)
  const choice = { preferred: busy, remembered: undefined }
  const { server, port } = await launchOnFreePort(options, place, choice, async () => true)
  assert.equal(port, busy + 1)
  await server.shutDown()
})

test('[R1] instances started at the same time get ports of their own', { timeout }, async (t) => {
  const instances = await Promise.all([1, 2, 3].map(() => freshInstance(t, { preferredPort: 31_370 })))
  const servers = await Promise.all(instances.map(({ options }) => startEmbedded(options)))
  assert.equal(new Set(servers.map(({ port }) => port)).size, 3)
  await Promise.all(servers.map((server) => server.stop()))
})

test('[R1] ports to try stay below those the system gives to outgoing connections', () => {
  assert.deepEqual([...portCandidates({ preferred: 32_765, remembered: undefined })], [32_765, 32_766, 32_767])
  assert.deepEqual([...portCandidates({ preferred: 32_766, remembered: 32_767 })], [32_767, 32_766])
})
