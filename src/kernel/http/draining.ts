/** Stopping without a reset: whoever keeps a connection is asked to let go of it before it is closed. */
import { Server } from 'node:net'
import { setImmediate } from 'node:timers/promises'
import { sleep } from '#kernel/clock/index.ts'
import type { Http } from './server.ts'

declare module 'fastify' {
  interface FastifyInstance {
    /** Takes no new connection and asks the others to go; resolves when they did, or after a second. Comes before `close`. */
    drain(): Promise<void>
  }
}

/** Long enough for a busy sender's next request to be told; connections that rest longer have nobody who would notice. */
const letGoMs = 1000
const lookEveryMs = 50

/** What `http.drain()` does. From then on each answer carries `Connection: close`. */
export function drainable(http: Http): () => Promise<void> {
  let draining = false
  http.addHook('onRequest', (_, reply, done) => {
    if (draining) reply.header('connection', 'close')
    done()
  })
  const connections = () =>
    new Promise<number>((resolve) => http.server.getConnections((error, count) => resolve(error ? 0 : count)))
  return async () => {
    draining = true
    http.endStreams()
    // Whoever has connected already is still taken.
    await setImmediate()
    // The listener alone: the HTTP server's own `close` would cut connections in the very moment their next request arrives.
    Server.prototype.close.call(http.server)
    for (let waited = 0; waited < letGoMs && (await connections()) > 0; waited += lookEveryMs) await sleep(lookEveryMs)
  }
}
