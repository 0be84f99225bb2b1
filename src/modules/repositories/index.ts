/** Door of the repositories: connecting those of GitHub by choosing them. */
import type { Config } from '#kernel/config/index.ts'
import { deriveKey } from '#kernel/crypto/index.ts'
import { defineModule } from '#kernel/module.ts'
import { purgeAuthorizations } from './authorizations.ts'
import type { Deps } from './deps.ts'
import * as problems from './problems.ts'
import { callbackRoute, repositoryRoutes } from './routes.ts'

type Needs = Pick<Deps, 'database' | 'dial' | 'log' | 'grants' | 'addresses'> & {
  readonly config: Config
  readonly consoleUrl: string
}

const withoutSlash = (url: string) => url.replace(/\/+$/, '')
/** Requests connect for so long of the time they have, and answer with what was done. */
const share = 0.6
const mostMs = 20_000

export const repositories = defineModule({
  name: 'repositories',
  migrations: new URL('./migrations/', import.meta.url),
  problems: problems.all,
  start: ({ config, consoleUrl, ...needs }: Needs) => {
    const deps: Deps = {
      ...needs,
      key: deriveKey(config.APP_KEY!, 'github-authorizations'),
      baseUrl: withoutSlash(config.baseUrl),
      gitHubUrl: config.GITHUB_BASE_URL,
      apiUrl: withoutSlash(config.GITHUB_API_URL),
      budgetMs: Math.min(mostMs, config.REQUEST_TIMEOUT_MS * share),
    }
    return {
      port: {},
      routes: repositoryRoutes(deps),
      rootRoutes: callbackRoute(withoutSlash(consoleUrl)),
      schedules: [
        {
          name: 'scheduler:purge-github-authorizations',
          cron: '*/10 * * * *',
          summary: 'Erases what people allowed at GitHub for an hour, and gives it back there',
          run: async () => `${await purgeAuthorizations(deps)} erased`,
        },
      ],
    }
  },
})
