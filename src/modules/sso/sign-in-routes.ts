/** `/auth/*`: to the provider, back from it, and from there into the console. */
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import { Problem } from '#kernel/errors/index.ts'
import type { Http } from '#kernel/http/index.ts'
import type { How, Person } from '#modules/people/index.ts'
import { usedSecondFactor } from './check-claims.ts'
import type { Deps } from './deps.ts'
import { enterByGitHub, enterByOidc } from './enter.ts'
import type { Flow, Flows } from './flow.ts'
import type { GitHubClient } from './github-client.ts'
import type { OidcClient } from './oidc-client.ts'
import { withinDeadline } from './outbound.ts'
import { flowLost, notOffered } from './problems.ts'
import type { OidcProvider } from './provider.ts'
import type { Provider } from './queries.ts'
import { returnAddress } from './return-to.ts'
import { secondFactorFragment, startQuery } from './schemas.ts'

export type SignInDeps = Deps & {
  readonly flows: Flows
  readonly oidc: { readonly provider: OidcProvider; readonly client: OidcClient } | undefined
  readonly github: GitHubClient | undefined
}

/** Asking a provider everything that one sign-in needs. */
const deadlineMs = 4000

declare module 'fastify' {
  interface FastifyRequest {
    /** Where the browser goes when it is signed in, or tries again. */
    signInReturnTo?: string
  }
}

export const signInRoutes =
  (deps: SignInDeps) =>
  (http: Http): void => {
    const { oidc, github, flows } = deps
    const start = { schema: { hide: true, querystring: startQuery }, errorHandler: backToSignIn }
    const callback = { schema: { hide: true }, errorHandler: backToSignIn }
    const config = { public: 'signing in needs no session', limit: 'sign-in' as const }
    // Whoever comes back was counted when they began.
    const backConfig = { ...config, limit: 'anonymous' as const }

    /** Offered or not, the address answers: with a page that says so. */
    const startAt = (provider: Provider, client: Pick<OidcClient, 'startUrl'> | undefined) =>
      http.get(`/auth/${provider}/start`, { config, ...start }, async (request, reply) => {
        request.signInReturnTo = returnAddress(request.query.return_to)
        if (!client) throw new Problem(notOffered, `Signing in with ${provider} is not configured.`)
        const secrets = await flows.begin(reply, provider, request.signInReturnTo)
        const url = await withinDeadline(deadlineMs, () => client.startUrl(secrets))
        return reply.header('cache-control', 'no-store').redirect(url.href, 303)
      })
    startAt('oidc', oidc?.client)
    startAt('github', github)

    http.get('/auth/social/callback', { config: backConfig, ...callback }, async (request, reply) => {
      if (!oidc) throw new Problem(notOffered, 'AUTH_METHOD is not oidc.')
      const flow = await flowOf(flows, request, reply, 'oidc')
      const told = await withinDeadline(deadlineMs, () => oidc.client.finish(queryOf(request), flow))
      const person = await enterByOidc(deps, oidc.provider, request.id, told)
      return finish(deps, request, reply, person, { method: 'oidc', secondFactor: usedSecondFactor(told.claims) }, flow)
    })

    http.get('/auth/github/callback', { config: backConfig, ...callback }, async (request, reply) => {
      if (!github) throw new Problem(notOffered, 'GITHUB_CLIENT_ID is not set.')
      const flow = await flowOf(flows, request, reply, 'github')
      const account = await withinDeadline(deadlineMs, () => github.finish(queryOf(request), flow))
      const person = await enterByGitHub(deps, request.id, account)
      return finish(deps, request, reply, person, { method: 'github', secondFactor: false }, flow)
    })
  }

const queryOf = (request: FastifyRequest) => request.url.split('?').slice(1).join('?')

async function flowOf(flows: Flows, request: FastifyRequest, reply: FastifyReply, provider: Provider): Promise<Flow> {
  const flow = await flows.take(request, reply, provider)
  if (!flow) throw new Problem(flowLost, 'The browser has no sign-in under way with this provider.')
  request.signInReturnTo = flow.returnTo
  return flow
}

/** A factor that the provider asked for counts; otherwise the person's own here is asked for. */
async function finish(
  { people }: Deps,
  request: FastifyRequest,
  reply: FastifyReply,
  person: Person,
  how: How,
  { returnTo }: Flow,
) {
  const { method } = how
  const said = how.secondFactor
    ? await people.signIn(request, reply, person, how)
    : await people.afterFirstProof(request, reply, person, { method })
  reply.header('cache-control', 'no-store')
  if (said.status === 'signed-in') return reply.redirect(returnTo, 303)
  const query = returnTo === '/' ? '' : `?${new URLSearchParams({ return_to: returnTo })}`
  const fragment = new URLSearchParams({ [secondFactorFragment]: JSON.stringify(said) })
  return reply.redirect(`/sign-in${query}#${fragment}`, 303)
}

/** A browser waits for a page, so an error is one of the console's: it shows what `/problems/<slug>` says. */
function backToSignIn(error: FastifyError, request: FastifyRequest, reply: FastifyReply) {
  const problem = error instanceof Problem ? error : undefined
  const slug = problem?.type.slug ?? (error.validation ? 'invalid-request' : 'internal')
  const said = { problem: slug, detail: problem?.message, err: problem?.cause ?? (problem ? undefined : error) }
  request.log[slug === 'internal' ? 'error' : 'warn'](said, 'a sign-in elsewhere failed')
  const returnTo = request.signInReturnTo ?? '/'
  const query = new URLSearchParams({ problem: slug, ...(returnTo === '/' ? {} : { return_to: returnTo }) })
  return reply.header('cache-control', 'no-store').redirect(`/sign-in?${query}`, 303)
}
