/**
 * A loopback stand-in for the API, to look at the console without one: serves `dist` under the real content security
 * policy and answers `/api/v1` in the shapes of the modules' schemas.
 * `bin/pinned-node console/dev/fixture-server.ts [port]`; the cookie `fixture` chooses full, empty, reader, slow, error,
 * broken, signed-out, new (nobody has an account), factor-first, no-tenant, closed-tenant, many-tenants or support. The password `wrong` is, `locked` is
 * one too many, `second` wants a second factor.
 */
import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { extname, join, normalize } from 'node:path'
import { fileURLToPath } from 'node:url'
import { answerAuth } from './fixture-auth.ts'
import { problem, type Reply } from './fixture-reply.ts'
import { answer } from './fixture-routes.ts'

const dist = fileURLToPath(new URL('../dist/', import.meta.url))
const types: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.json': 'application/json',
}

function send(response: ServerResponse, status: number, body: unknown, type = 'application/json') {
  response.writeHead(status, { 'content-type': type }).end(body === undefined ? '' : JSON.stringify(body))
}

/** As the API does it: hashed files below /assets, the page for every other address a browser asks for. */
function serveConsole(request: IncomingMessage, response: ServerResponse, path: string) {
  const missing = problem(404, 'not-found', 'There is no such thing', 'No route has this address.').body
  if (path.startsWith('/assets/')) {
    const file = join(dist, normalize(path))
    if (!file.startsWith(dist) || !existsSync(file)) return send(response, 404, missing)
    const type = types[extname(path)] ?? 'application/octet-stream'
    // Read before anything is answered: a build beside this one may be replacing the files.
    const content = readFileSync(file)
    return response.writeHead(200, { 'content-type': type }).end(content)
  }
  if (!request.headers.accept?.includes('text/html')) return send(response, 404, missing)
  const nonce = randomBytes(16).toString('base64url')
  const policy = `default-src 'self'; script-src 'self'; style-src 'self' 'nonce-${nonce}'; img-src 'self' data:; connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'`
  const html = readFileSync(join(dist, 'index.html'), 'utf8').replaceAll('__CSP_NONCE__', nonce)
  response.writeHead(200, { 'content-type': types['.html'], 'content-security-policy': policy })
  return response.end(html)
}

async function readBody(request: IncomingMessage): Promise<unknown> {
  let text = ''
  for await (const chunk of request) text += chunk
  return text === '' ? undefined : JSON.parse(text)
}

/** An open stream of news that has none. */
function live(response: ServerResponse) {
  response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' })
  response.write('retry: 2000\n\n')
}

const explained = {
  slug: 'sso/not-assigned',
  title: 'Your organisation’s sign-in gives you no access here',
  remedy: 'Ask whoever runs daytwo to map one of your groups to a role, then sign in again.',
}

/** What is none of the console's files. */
function answerTo(method: string, url: URL, body: unknown, mode: string): Reply {
  const { pathname, searchParams } = url
  if (pathname.startsWith('/problems/')) return { body: explained }
  if (pathname.startsWith('/auth')) return answerAuth(method, pathname.slice('/auth'.length), body, mode)
  const path = pathname.slice('/api/v1'.length)
  if (mode === 'signed-out' || mode === 'new')
    return problem(401, 'unauthorized', 'You are not signed in', 'No key and no session.')
  if (path !== '/session' && mode === 'error')
    return problem(
      500,
      'internal',
      'Something went wrong on our side',
      'The cause is in the log under this request id.',
    )
  return answer(method, path, searchParams, body, mode)
}

async function handle(request: IncomingMessage, response: ServerResponse) {
  const url = new URL(request.url ?? '/', 'http://127.0.0.1')
  const { pathname } = url
  const explains = pathname.startsWith('/problems/') && request.headers.accept === 'application/json'
  if (!/^\/(api\/v1|auth)\//.test(pathname) && !explains) return serveConsole(request, response, pathname)
  const mode = /fixture=([a-z-]+)/.exec(request.headers.cookie ?? '')?.[1] ?? 'full'
  if (pathname === '/api/v1/live') return live(response)
  if (pathname !== '/api/v1/session' && mode === 'slow') return
  if (pathname !== '/api/v1/session' && mode === 'broken') return void request.socket.destroy()
  const reply =
    answerTo(request.method ?? 'GET', url, await readBody(request), mode) ??
    problem(404, 'not-found', 'There is no such thing', 'Nothing has this id.')
  if (!('faults' in reply)) return send(response, reply.status ?? 200, reply.body)
  const count = `${reply.faults.length} fault in the body.`
  const refused = problem(422, 'invalid-request', 'The request is not valid', count, reply.faults)
  return send(response, refused.status, refused.body)
}

/** Listens on loopback; port 0 picks a free one. Resolves to the server's address. */
export function startFixtureServer(port = 0): Promise<{ url: string; close: () => void }> {
  const server = createServer(
    (request, response) =>
      void handle(request, response).catch((error) => send(response, 500, { error: String(error) })),
  )
  return new Promise((resolve) => {
    server.listen(port, '127.0.0.1', () => {
      const address = server.address() as { port: number }
      resolve({
        url: `http://127.0.0.1:${address.port}`,
        close: () => {
          server.closeAllConnections()
          server.close()
        },
      })
    })
  })
}

if (import.meta.main) {
  const { url } = await startFixtureServer(Number(process.argv[2] ?? 3399))
  console.log(`fixture server at ${url}`)
}
