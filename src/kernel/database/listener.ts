/** LISTEN on a connection of its own that reconnects by itself; waking is a hint, polling stands behind it. */
import pg from 'pg'
import { sleep } from '#kernel/clock/index.ts'
import type { Logger } from '#kernel/telemetry/index.ts'

type Heard = (payload: string | undefined) => void

export function openListener(url: string, log: Logger) {
  const channels = new Map<string, Heard[]>()
  const closing = new AbortController()
  let client: pg.Client | undefined
  /** The first connection being made; those who ask meanwhile wait for it and make none of their own. */
  let connecting: Promise<void> | undefined

  async function connect(): Promise<void> {
    const fresh = new pg.Client({ connectionString: url, application_name: 'daytwo-listen', keepAlive: true })
    fresh.on('notification', (message) => {
      for (const heard of channels.get(message.channel) ?? []) heard(message.payload)
    })
    fresh.on('error', () => undefined)
    fresh.on('end', () => {
      if (client !== fresh || closing.signal.aborted) return
      client = undefined
      reconnect().catch((error) => log.error({ err: error }, 'the listening connection is gone for good'))
    })
    await fresh.connect()
    for (const channel of channels.keys()) await fresh.query(`listen ${pg.escapeIdentifier(channel)}`)
    client = fresh
  }

  async function reconnect(): Promise<void> {
    for (let wait = 100; !closing.signal.aborted; wait = Math.min(wait * 2, 5000)) {
      await sleep(wait, closing.signal)
      try {
        await connect()
        for (const listeners of channels.values()) for (const heard of listeners) heard(undefined)
        return
      } catch {
        log.debug('the listening connection cannot be made yet')
      }
    }
  }

  return {
    async listen(channel: string, heard: Heard): Promise<void> {
      const known = channels.get(channel)
      if (known) {
        known.push(heard)
        return
      }
      channels.set(channel, [heard])
      if (client) {
        await client.query(`listen ${pg.escapeIdentifier(channel)}`)
        return
      }
      connecting ??= connect().finally(() => {
        connecting = undefined
      })
      await connecting
    },
    async close(): Promise<void> {
      closing.abort()
      await client?.end().catch(() => undefined)
    },
  }
}
