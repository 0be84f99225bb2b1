import { type Context, requirePermission } from '#kernel/context/index.ts'
import type { Database } from '#kernel/database/index.ts'
import type { Dial } from '#kernel/dial/index.ts'
import { forbidden, Problem } from '#kernel/errors/index.ts'
import type { Logger } from '#kernel/telemetry/index.ts'
import type { GitHubAddresses } from '#modules/intake/index.ts'
import type { GitHubGrants } from '#modules/sso/index.ts'
import { notConfigured } from './problems.ts'

export type Deps = {
  readonly database: Database
  readonly dial: Pick<Dial, 'fetch'>
  readonly log: Logger
  /** Undefined where no OAuth app of GitHub is configured. */
  readonly grants: GitHubGrants | undefined
  readonly addresses: GitHubAddresses
  /** Seals tokens. */
  readonly key: Buffer
  readonly baseUrl: string
  /** Where GitHub itself and its API are. */
  readonly gitHubUrl: string
  readonly apiUrl: string
  /** Connecting many repositories ends after this long, and says what is left. */
  readonly budgetMs: number
}

/** Who acts: an authorization is a person's, given in their browser. */
export function requirePerson(ctx: Context): string {
  requirePermission(ctx, 'connections:write')
  if (ctx.actor.type !== 'person')
    throw new Problem(forbidden, 'Repositories are connected by a person in a browser; a key cannot agree at GitHub.')
  return ctx.actor.id
}

export function grantsOf({ grants }: Deps): GitHubGrants {
  if (!grants) throw new Problem(notConfigured, 'GITHUB_CLIENT_ID is not set.')
  return grants
}
