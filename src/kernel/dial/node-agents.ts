/** Agents of Node's own HTTP client, for libraries that speak HTTP themselves: their sockets are the dial's. */
import type { Agent as HttpAgent } from 'node:http'
import type { Agent as HttpsAgent } from 'node:https'
import type { Socket } from 'node:net'
import type { Dial, DialPolicy } from './types.ts'

type Opened = (error: Error | null, socket?: Socket) => void
type Wanted = { readonly host?: string | null; readonly port?: number | string | null; readonly servername?: string }

export async function nodeAgents(
  dial: Dial,
  policy: DialPolicy,
): Promise<{ httpAgent: HttpAgent; httpsAgent: HttpsAgent }> {
  const [http, https] = await Promise.all([import('node:http'), import('node:https')])
  const through = (agent: HttpAgent, tls: boolean) =>
    Object.assign(agent, {
      createConnection({ host, port }: Wanted, done: Opened) {
        const target = { policy, host: host ?? '', port: Number(port) || (tls ? 443 : 80), tls }
        dial.connect(target).then(
          (socket) => done(null, socket),
          (error: Error) => done(error),
        )
      },
    })
  const options = { keepAlive: true, maxSockets: 50 }
  const httpAgent = through(new http.Agent(options), false)
  const httpsAgent = through(new https.Agent(options), true) as HttpsAgent
  return { httpAgent, httpsAgent }
}
