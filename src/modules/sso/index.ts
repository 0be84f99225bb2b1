import type { Config } from '#kernel/config/index.ts'
import type { Dial } from '#kernel/dial/index.ts'
import { defineModule } from '#kernel/module.ts'
import type { Deps } from './deps.ts'
import { ssoChecks } from './doctor.ts'
import { makeFlows } from './flow.ts'
import { makeGitHubClient } from './github-client.ts'
import { type GitHubGrants, makeGitHubGrants } from './github-grants.ts'
import { mappingRoutes } from './mapping-routes.ts'
import { makeOidcClient } from './oidc-client.ts'
import { outbound } from './outbound.ts'
import * as problems from './problems.ts'
import { githubOf, isPlain, oidcOf } from './provider.ts'
import { linkVerifiedEmail } from './settings.ts'
import { signInRoutes } from './sign-in-routes.ts'
import { testLoginRoute } from './test-login-route.ts'

export type SsoPort = {
  /** For the sign-in page. */
  readonly methods: {
    readonly oidc: { readonly label: string } | null
    readonly github: boolean
    readonly testLogin: boolean
  }
  /** Undefined where no OAuth app of GitHub is configured. */
  readonly githubGrants: GitHubGrants | undefined
}

export type { GitHubGrants } from './github-grants.ts'

type Needs = Deps & { readonly config: Config; readonly dial: Pick<Dial, 'fetch'> }

export const sso = defineModule({
  name: 'sso',
  migrations: new URL('./migrations/', import.meta.url),
  permissions: [
    {
      name: 'sso:read',
      summary: 'See which groups of the identity provider have which roles',
      least: 'platform_admin',
    },
    { name: 'sso:write', summary: 'Map groups of the identity provider to roles', least: 'platform_admin' },
  ],
  problems: problems.all,
  settings: [linkVerifiedEmail],
  start: (needs: Needs) => {
    const { config, database, dial } = needs
    const oidcProvider = oidcOf(config)
    const githubProvider = githubOf(config)
    const oidc = oidcProvider && {
      provider: oidcProvider,
      client: makeOidcClient(oidcProvider, outbound(dial, isPlain(oidcProvider.issuer))),
    }
    const github = githubProvider && makeGitHubClient(githubProvider, outbound(dial, isPlain(githubProvider.baseUrl)))
    const flows = makeFlows({
      database,
      appKey: config.APP_KEY!,
      secureCookies: config.baseUrl.startsWith('https:'),
    })
    const testLogin = config.ALLOW_TEST_LOGIN && !config.production
    const port: SsoPort = {
      methods: { oidc: oidc ? { label: oidc.provider.label } : null, github: github !== undefined, testLogin },
      githubGrants: github && makeGitHubGrants(flows, github),
    }
    return {
      port,
      routes: mappingRoutes(database, oidcProvider),
      rootRoutes: (http) => {
        signInRoutes({ ...needs, flows, oidc, github })(http)
        if (testLogin) testLoginRoute(needs)(http)
      },
      doctor: ssoChecks(database, config.baseUrl, oidc),
    }
  },
})
