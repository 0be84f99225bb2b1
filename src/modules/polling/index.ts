/** Door of the pollers: asking GitHub and Jira what their webhooks did not tell. */
import type { Config } from '#kernel/config/index.ts'
import type { Context } from '#kernel/context/index.ts'
import { defineModule } from '#kernel/module.ts'
import { bringForward } from '#kernel/schedule/index.ts'
import { type Deps, type Limits, usualLimits } from './deps.ts'
import { gapsOf, gitHubGap, type SourceGaps } from './gaps/health.ts'
import { pollingPolicies, sourceGapDays } from './gaps/retention.ts'
import { pollingRoutes } from './routes.ts'
import { gapSchedule, pollingSchedules } from './schedules.ts'

export type { SourceGaps } from './gaps/health.ts'

export type PollingPort = {
  /** By source, what was expected and missing; a source that was never asked is not among them. */
  gapsOf(ctx: Context): Promise<ReadonlyMap<string, SourceGaps>>
  /** Has GitHub asked soon, a quarter of an hour after the last time at the earliest; true once that is due. */
  lookSoon(): Promise<boolean>
}

type Needs = Pick<Deps, 'database' | 'dial' | 'log' | 'intake' | 'facts'> & {
  readonly config: Config
  readonly limits?: Limits | undefined
}

const apartMinutes = 15
const withoutSlash = (url: string) => url.replace(/\/+$/, '')

export const polling = defineModule({
  name: 'polling',
  migrations: new URL('./migrations/', import.meta.url),
  settings: [sourceGapDays],
  start: ({ config, limits = usualLimits, ...needs }: Needs) => {
    const { GITHUB_TOKEN, GITHUB_API_URL, GITHUB_ORG, JIRA_BASE_URL, JIRA_EMAIL, JIRA_API_TOKEN } = config
    const deps: Deps = {
      ...needs,
      limits,
      github: GITHUB_TOKEN ? { apiUrl: withoutSlash(GITHUB_API_URL), token: GITHUB_TOKEN, org: GITHUB_ORG } : undefined,
      jira:
        JIRA_BASE_URL && JIRA_EMAIL && JIRA_API_TOKEN
          ? { baseUrl: withoutSlash(JIRA_BASE_URL), email: JIRA_EMAIL, token: JIRA_API_TOKEN }
          : undefined,
    }
    const port: PollingPort = {
      gapsOf: (ctx) => gapsOf(deps.database, ctx),
      lookSoon: () => (deps.github ? bringForward(deps.database, gapSchedule, apartMinutes) : Promise.resolve(true)),
    }
    return {
      port,
      routes: pollingRoutes(deps),
      schedules: pollingSchedules(deps),
      retention: pollingPolicies,
      alerts: [gitHubGap],
    }
  },
})
