/** A browser of the tests: it keeps cookies and goes where it is sent, to this instance and nowhere else. */
import type { InjectOptions } from 'fastify'
import type { z } from 'zod'
import type { Http } from '#kernel/http/index.ts'
import type { sessionReply } from '#modules/access/schemas.ts'

export function openBrowser(http: Http) {
  const jar = new Map<string, string>()
  async function send(options: InjectOptions & { url: string }) {
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ')
    const reply = await http.inject({
      ...options,
      headers: { ...(cookie ? { cookie } : {}), accept: 'text/html', ...options.headers },
    })
    for (const { name, value, maxAge, expires } of reply.cookies) {
      const gone = value === '' || maxAge === 0 || (expires !== undefined && expires.getTime() < 1000)
      if (gone) jar.delete(name)
      else jar.set(name, value)
    }
    return reply
  }
  return {
    jar,
    send,
    /** Follows a start link; returns where the provider is asked to begin. */
    async start(path: string) {
      const reply = await send({ url: path })
      return { reply, location: String(reply.headers.location ?? '') }
    },
    /** Comes back from the provider; returns where it is sent. */
    async comeBack(address: URL | string) {
      const url = typeof address === 'string' ? address : `${address.pathname}${address.search}`
      const reply = await send({ url })
      const location = String(reply.headers.location ?? '')
      const problem = new URL(location, 'http://x').searchParams.get('problem')
      return { reply, location, problem }
    },
    /** Who the console would say is signed in; undefined for nobody. */
    async session(): Promise<z.output<typeof sessionReply> | undefined> {
      const reply = await send({ url: '/api/v1/session', headers: { accept: 'application/json' } })
      return reply.statusCode === 200 ? reply.json() : undefined
    },
  }
}
export type TestBrowser = ReturnType<typeof openBrowser>
