/** A server on loopback that stands for GitHub or Jira: answers by path, and can be told to throttle, fail, cut or lie. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after } from 'node:test'

export type Reply = { status?: number; body?: unknown; headers?: Record<string, string>; text?: string }
type Handler = (url: URL, request: IncomingMessage) => Reply | undefined
type Instead = (request: IncomingMessage, response: ServerResponse) => void

export async function startSource(handler: Handler) {
  const says = {
    /** `path?query` of every request, in order. */
    asked: [] as string[],
    headers: [] as IncomingMessage['headers'][],
    /** Answers in place of the truth, the first that fits once. */
    instead: [] as { on: RegExp; answer: Instead | Reply }[],
    /** Called before each answer: what happens meanwhile. */
    meanwhile: undefined as ((path: string) => unknown) | undefined,
    /** Sent with every answer. */
    always: {} as Record<string, string>,
  }
  const server = createServer(async (request, response) => {
    const path = request.url!
    says.asked.push(path)
    says.headers.push(request.headers)
    await says.meanwhile?.(path)
    const at = says.instead.findIndex(({ on }) => on.test(path))
    const [given] = at < 0 ? [] : says.instead.splice(at, 1)
    if (typeof given?.answer === 'function') return given.answer(request, response)
    const reply = given?.answer ??
      handler(new URL(path, 'http://x'), request) ?? { status: 404, body: { message: 'Not Found' } }
    const { status = 200, body, headers = {}, text } = reply as Reply
    response.writeHead(status, { 'content-type': 'application/json', ...says.always, ...headers })
    response.end(text ?? (body === undefined ? '' : JSON.stringify(body)))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  after(() => {
    server.closeAllConnections()
    server.close()
  })
  return { says, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
}

/** One page of `items` and the address of the next, as GitHub gives it. */
export function paged<T>(base: string, url: URL, items: readonly T[], size: number): Reply {
  const page = Number(url.searchParams.get('page') ?? url.searchParams.get('cursor')?.replace('v1_', '') ?? 1)
  const shown = items.slice((page - 1) * size, page * size)
  if (page * size >= items.length) return { body: shown }
  const next = new URL(`${base}${url.pathname}${url.search}`)
  if (url.pathname.endsWith('/deliveries')) next.searchParams.set('cursor', `v1_${page + 1}`)
  else next.searchParams.set('page', String(page + 1))
  return { body: shown, headers: { link: `<${next.href}>; rel="next", <${base}/first>; rel="first"` } }
}
