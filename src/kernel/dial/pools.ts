/** Connections that are kept for the next request: those of one policy with one set of allowances, never another's. */
import type { Agent, buildConnector } from 'undici'

/** More pools than this are many tenants at once; the ones not used for longest are closed. */
const maxPools = 64
const maxHeaderBytes = 16 * 1024
const connectionsEach = 32
const idleMs = 4000
const longestIdleMs = 15_000

export type Pools = {
  of(key: string, connect: buildConnector.connector): Promise<Agent>
  close(): Promise<void>
}

export function makePools(): Pools {
  const pools = new Map<string, Agent>()
  return {
    async of(key, connect) {
      // Loaded when something is dialled for the first time: an instance that never does need not hold it.
      const undici = await import('undici')
      const known = pools.get(key)
      const agent =
        known ??
        new undici.Agent({
          connect,
          connections: connectionsEach,
          pipelining: 1,
          allowH2: false,
          maxHeaderSize: maxHeaderBytes,
          keepAliveTimeout: idleMs,
          keepAliveMaxTimeout: longestIdleMs,
        })
      pools.delete(key)
      pools.set(key, agent)
      for (const [oldKey, old] of [...pools].slice(0, Math.max(0, pools.size - maxPools))) {
        pools.delete(oldKey)
        old.close().catch(() => undefined)
      }
      return agent
    },
    async close() {
      const all = [...pools.values()]
      pools.clear()
      await Promise.all(all.map((agent) => agent.destroy()))
    },
  }
}
