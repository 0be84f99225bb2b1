/** Free ports below the ephemeral range, so that no outgoing connection takes one meanwhile. */
import { createServer } from 'node:net'

let next = 23_400

export async function freePort(): Promise<number> {
  for (; ; next++) {
    const free = await new Promise<boolean>((resolve) => {
      const probe = createServer().once('error', () => resolve(false))
      probe.listen(next, '127.0.0.1', () => probe.close(() => resolve(true)))
    })
    if (free) return next++
  }
}
