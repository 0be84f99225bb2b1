/** GitHub on loopback, as far as signing in and making webhooks go: errors of OAuth come with status 200, as there. */
import { createHash } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after } from 'node:test'
import { randomToken } from '#kernel/clock/index.ts'

export type GitHubTestAccount = {
  id: unknown
  login: string
  name?: string | null
  emails?: { email: string; primary: boolean; verified: boolean }[]
}
export type GitHubTestHook = {
  id: number
  active: boolean
  events: string[]
  config: { url: string; content_type: string; insecure_ssl: string; secret: string }
}
export type GitHubTestRepository = {
  full_name: string
  private: boolean
  archived: boolean
  admin: boolean
  hooks: GitHubTestHook[]
}
type Answer = (request: IncomingMessage, response: ServerResponse) => void

export const gitHubClient = { id: 'app-1', secret: 'the secret of the app' }

export async function startGitHub() {
  const codes = new Map<string, { account: GitHubTestAccount; challenge: string; redirectUri: string; scope: string }>()
  const tokens = new Map<string, { account: GitHubTestAccount; scope: string }>()
  const repositories: GitHubTestRepository[] = []
  const says = {
    tokenError: undefined as string | undefined,
    apiStatus: 200,
    /** Scopes given in place of those asked for. */
    scope: undefined as string | undefined,
    /** In place of the truth, for requests to the API whose `METHOD /path` it matches. */
    instead: undefined as { on: RegExp; answer: Answer } | undefined,
    /** Who is signed in at GitHub and agrees to everything; nobody: the page does not exist. */
    agrees: undefined as GitHubTestAccount | undefined,
    asked: [] as string[],
  }
  let lastHook = 1000

  const server = createServer(async (request, response) => {
    let text = ''
    for await (const chunk of request) text += chunk
    const url = new URL(request.url!, 'http://x')
    const { pathname } = url
    const reply = (body: unknown, status = 200, headers: Record<string, string> = {}) =>
      response
        .writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers })
        .end(body === undefined ? undefined : JSON.stringify(body))
    const asked = `${request.method} ${pathname}`
    says.asked.push(asked)
    if (says.instead?.on.test(asked)) return says.instead.answer(request, response)
    if (pathname === '/login/oauth/authorize' && says.agrees)
      return response.writeHead(302, { location: agree(url.href, says.agrees) }).end()
    if (pathname === '/login/oauth/access_token') return reply(grant(new URLSearchParams(text)))
    const authorization = request.headers.authorization ?? ''
    if (asked === `DELETE /api/applications/${gitHubClient.id}/token`) {
      const basic = `Basic ${Buffer.from(`${gitHubClient.id}:${gitHubClient.secret}`).toString('base64')}`
      if (authorization !== basic) return reply({ message: 'Not Found' }, 404)
      return reply(undefined, tokens.delete(JSON.parse(text).access_token) ? 204 : 422)
    }
    const known = tokens.get(authorization.replace('Bearer ', ''))
    if (!known || says.apiStatus !== 200) return reply({ message: 'Bad credentials' }, known ? says.apiStatus : 401)
    const { emails, ...user } = known.account
    if (pathname === '/api/user') return reply(user)
    if (pathname === '/api/user/emails') return reply(emails)
    if (pathname === '/api/user/repos') return list(url.searchParams, known.scope, reply)
    return hooks(request.method!, pathname, text, known.scope, reply)
  })

  function grant(form: URLSearchParams) {
    if (says.tokenError) return { error: says.tokenError, error_description: 'told by GitHub' }
    const found = codes.get(form.get('code') ?? '')
    codes.delete(form.get('code') ?? '')
    if (form.get('client_secret') !== gitHubClient.secret) return { error: 'incorrect_client_credentials' }
    const challenge = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url')
    if (!found || found.challenge !== challenge) return { error: 'bad_verification_code' }
    if (form.get('redirect_uri') !== found.redirectUri) return { error: 'redirect_uri_mismatch' }
    const token = randomToken(16)
    const scope = says.scope ?? found.scope
    tokens.set(token, { account: found.account, scope })
    return { access_token: token, token_type: 'bearer', scope: scope.replaceAll(' ', ',') }
  }

  function agree(authorize: string, account: GitHubTestAccount): string {
    const asked = new URL(authorize).searchParams
    const code = randomToken(16)
    const redirectUri = asked.get('redirect_uri')!
    codes.set(code, { account, challenge: asked.get('code_challenge')!, redirectUri, scope: asked.get('scope')! })
    return `${redirectUri}?${new URLSearchParams({ code, state: asked.get('state')! })}`
  }

  type Reply = (body: unknown, status?: number, headers?: Record<string, string>) => unknown

  function list(query: URLSearchParams, scope: string, reply: Reply) {
    const size = Number(query.get('per_page'))
    const page = Number(query.get('page'))
    const seen = repositories.filter((one) => !one.private || /\brepo\b/.test(scope))
    const shown = seen.slice((page - 1) * size, page * size)
    // As many bytes as a real one has.
    const padding = 'x'.repeat(5000)
    const next = `<http://169.254.169.254/user/repos?page=${page + 1}>; rel="next"`
    reply(
      shown.map(({ full_name, private: isPrivate, archived, admin }) => ({
        full_name,
        private: isPrivate,
        archived,
        permissions: { admin, push: true, pull: true },
        description: padding,
      })),
      200,
      page * size < seen.length ? { link: next } : {},
    )
  }

  function hooks(method: string, pathname: string, text: string, scope: string, reply: Reply) {
    const [, owner, name, id] = /^\/api\/repos\/([^/]+)\/([^/]+)\/hooks(?:\/(\d+))?$/.exec(pathname) ?? []
    const same = `${owner}/${name}`.toLowerCase()
    const repository = repositories.find(({ full_name }) => full_name.toLowerCase() === same)
    // GitHub hides what one may not.
    if (!repository?.admin || !/\b(admin:repo_hook|repo)\b/.test(scope)) return reply({ message: 'Not Found' }, 404)
    const masked = (hook: GitHubTestHook) => ({ ...hook, config: { ...hook.config, secret: '********' } })
    if (method === 'GET') return reply(repository.hooks.map(masked))
    if (repository.archived) return reply({ message: 'Repository was archived so is read-only.' }, 403)
    if (method === 'DELETE') {
      const before = repository.hooks.length
      repository.hooks = repository.hooks.filter((hook) => hook.id !== Number(id))
      return reply(undefined, repository.hooks.length < before ? 204 : 404)
    }
    const given = JSON.parse(text)
    if (method === 'PATCH') {
      const hook = repository.hooks.find((one) => one.id === Number(id))
      if (!hook) return reply({ message: 'Not Found' }, 404)
      Object.assign(hook, { active: given.active, config: given.config })
      hook.events = [...new Set([...hook.events, ...(given.add_events ?? [])])]
      return reply(masked(hook))
    }
    if (repository.hooks.some(({ config }) => config.url === given.config.url))
      return reply(
        {
          message: 'Validation Failed',
          errors: [{ resource: 'Hook', code: 'custom', message: 'Hook already exists on this repository' }],
        },
        422,
      )
    const made = { id: ++lastHook, active: given.active, events: given.events, config: given.config }
    repository.hooks.push(made)
    return reply(masked(made), 201)
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  after(() => {
    server.closeAllConnections()
    server.close()
  })
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    url,
    says,
    tokens,
    repositories,
    /** What the configuration says of it. */
    environment: {
      GITHUB_CLIENT_ID: gitHubClient.id,
      GITHUB_CLIENT_SECRET: gitHubClient.secret,
      GITHUB_BASE_URL: url,
      GITHUB_API_URL: `${url}/api`,
      DIAL_ALLOW: '127.0.0.1',
    },
    /** The account agrees to what the browser was sent with; returns where it is sent back to, as a path of the instance. */
    agree(authorize: string, account: GitHubTestAccount): string {
      const { pathname, search } = new URL(agree(authorize, account))
      return `${pathname}${search}`
    },
    add(full_name: string, more: Partial<Omit<GitHubTestRepository, 'full_name'>> = {}): GitHubTestRepository {
      const made = { full_name, private: false, archived: false, admin: true, hooks: [], ...more }
      repositories.push(made)
      return made
    },
  }
}
export type TestGitHub = Awaited<ReturnType<typeof startGitHub>>
