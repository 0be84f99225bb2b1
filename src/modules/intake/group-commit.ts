/**
 * Group commit: verified requests wait in memory and are written together the moment a lane is free. No timer: the busier
 * it is, the larger a flush and the cheaper an event. A request resolves only after its flush committed.
 */
import { promisify } from 'node:util'
import { constants, zstdCompress, zstdCompressSync } from 'node:zlib'
import { Histogram } from 'prom-client'
import { uuidv7 } from '#kernel/clock/index.ts'
import { Problem, unavailable } from '#kernel/errors/index.ts'
import { metrics } from '#kernel/telemetry/index.ts'
import { intakeFull } from './problems.ts'
import type { Flush, Origin } from './queries.ts'

export type Received = {
  readonly tenantId: string
  readonly source: string
  readonly type: string
  readonly deliveryId: string
  readonly connectionId: string | null
  readonly contentType: string
  readonly requestId: string
  readonly origin: Origin | null
  readonly body: Buffer
}

/** Two: the next flush is compressed while the last one commits. */
const lanes = 2
/** The second lane starts with at least this many: smaller flushes cost more than their wait for the first (a tenth of the throughput). */
const secondLaneEvents = 48
/** Bounds of one flush. */
const maxFlushEvents = 500
const maxFlushBytes = 32 * 1024 * 1024
/** After this long senders are told to come back, whatever becomes of the flush: what it stores after all they send again, to no effect. */
const maxFlushMs = 15_000
const extension = { retryAfterSeconds: 5 }
/** What may wait in memory; beyond it senders are told to come back. */
const maxWaitingBytes = 96 * 1024 * 1024

const flushEvents = new Histogram({
  name: 'daytwo_intake_flush_events',
  help: 'Events written by one flush.',
  buckets: [1, 2, 5, 10, 25, 50, 100, 250, 500],
  registers: [metrics],
})

/**
 * A flush of the usual size is compressed at once, a tenth of a millisecond: handing it to another thread and back costs more. A
 * large one would hold up everybody else.
 */
const maxSyncBytes = 1024 * 1024
const compressAside = promisify(zstdCompress)
const compress = (data: Buffer) =>
  data.length <= maxSyncBytes ? zstdCompressSync(data, zstd) : compressAside(data, zstd)
/** Level 1: 480 bytes an event for GitHub payloads at 9 µs each when a hundred are compressed together. */
const zstd = { params: { [constants.ZSTD_c_compressionLevel]: 1 } }

type Waiting = { received: Received; done: () => void; failed: (error: unknown) => void }

export type GroupCommit = {
  /** Resolves once the event is durable; rejects with `intake/full` or the database's problem, and then nothing is stored. */
  accept(received: Received): Promise<void>
  /** Resolves when nothing waits any more. */
  drain(): Promise<void>
}

export function makeGroupCommit(write: (flush: Flush) => Promise<void>): GroupCommit {
  let waiting: Waiting[] = []
  let waitingBytes = 0
  const active = new Set<Promise<void>>()

  function take(): Waiting[] {
    let bytes = 0
    let count = 0
    while (count < waiting.length && count < maxFlushEvents) {
      bytes += waiting[count]!.received.body.length
      if (count > 0 && bytes > maxFlushBytes) break
      count++
    }
    const taken = waiting.slice(0, count)
    waiting = waiting.slice(count)
    return taken
  }

  async function flush(batch: Waiting[]) {
    // Senders wait ten seconds or so; after that nobody hears the answer.
    const late = setTimeout(() => {
      for (const { failed } of batch)
        failed(new Problem(unavailable, 'The database does not answer in time.', { extension }))
    }, maxFlushMs)
    try {
      await write(await toFlush(batch.map(({ received }) => received)))
      flushEvents.observe(batch.length)
      for (const { done } of batch) done()
    } catch (error) {
      for (const { failed } of batch) failed(error)
    } finally {
      clearTimeout(late)
      for (const { received } of batch) waitingBytes -= received.body.length
    }
  }

  function pump() {
    while (waiting.length > 0 && (active.size === 0 || (active.size < lanes && waiting.length >= secondLaneEvents))) {
      const running = flush(take()).finally(() => {
        active.delete(running)
        pump()
      })
      active.add(running)
    }
  }

  return {
    accept(received) {
      if (waitingBytes + received.body.length > maxWaitingBytes) {
        const extension = { retryAfterSeconds: 2 }
        return Promise.reject(
          new Problem(intakeFull, 'The events that wait to be written fill their buffer.', { extension }),
        )
      }
      waitingBytes += received.body.length
      return new Promise<void>((done, failed) => {
        waiting.push({ received, done, failed })
        // Requests that arrive in the same turn of the loop share a flush even when a lane is free.
        setImmediate(pump)
      })
    },
    async drain() {
      pump()
      while (active.size > 0) await Promise.all(active)
    },
  }
}

/** One segment per tenant, never across tenants, so that a tenant's payloads can be exported and erased alone. */
async function toFlush(received: readonly Received[]): Promise<Flush> {
  const flush: Flush = { segments: [], events: [] }
  const segmentIds = new Map<string, string>()
  const groups = Map.groupBy(received, ({ tenantId }) => tenantId)
  for (const [tenantId, group] of groups) {
    const id = uuidv7()
    segmentIds.set(tenantId, id)
    const data = await compress(Buffer.concat(group.map(({ body }) => body)))
    flush.segments.push({ tenantId, id, data, events: group.length })
  }
  const offsets = new Map<string, number>()
  for (const { body, ...event } of received) {
    const offset = offsets.get(event.tenantId) ?? 0
    offsets.set(event.tenantId, offset + body.length)
    flush.events.push({ ...event, segmentId: segmentIds.get(event.tenantId)!, offset, length: body.length })
  }
  return flush
}
