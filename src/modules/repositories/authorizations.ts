/** A person's leave to act at GitHub for them: begun, given, used, ended. */
import type { z } from 'zod'
import { audit } from '#kernel/audit/index.ts'
import { uuidv7 } from '#kernel/clock/index.ts'
import type { Context } from '#kernel/context/index.ts'
import { seal, unseal } from '#kernel/crypto/index.ts'
import type { Tx } from '#kernel/database/index.ts'
import { notFound, Problem, type ProblemType } from '#kernel/errors/index.ts'
import type { GitHubGrants } from '#modules/sso/index.ts'
import { type Deps, grantsOf, requirePerson } from './deps.ts'
import { type GitHubAccount, gitHubAccount } from './github-api.ts'
import { authorizationEnded, declined, notBegun, scopeRefused } from './problems.ts'
import {
  type AuthorizationRow,
  deleteAuthorizations,
  deleteExpired,
  type EndedRow,
  insertAuthorization,
  liveAuthorization,
} from './queries.ts'
import type { authorizationReply } from './schemas.ts'

const seconds = 3600
/** Reads, makes and deletes webhooks, and nothing else; also of private repositories whose names are known. */
const hooksScope = 'admin:repo_hook'
/** The only one by which GitHub lists private repositories. It reads and writes code too, so it is asked for on request only. */
const everythingScope = 'repo'

type Reply = Parameters<GitHubGrants['begin']>[0]
type Request = Parameters<GitHubGrants['finish']>[0]
export type Authorization = z.output<typeof authorizationReply>

/** Who asks, for which tenant, in which session: whoever comes back has to be the same. */
const aboutOf = (ctx: Context) => JSON.stringify([ctx.tenantId, ctx.actor.id, ctx.sessionId])

/** Where the browser goes to agree. */
export async function beginAuthorization(
  deps: Deps,
  ctx: Context,
  reply: Reply,
  input: { private: boolean },
): Promise<URL> {
  requirePerson(ctx)
  return grantsOf(deps).begin(reply, aboutOf(ctx), input.private ? everythingScope : hooksScope)
}

/** The texts of signing in do not fit here. */
const otherwise: Readonly<Record<string, ProblemType>> = {
  'sso/declined': declined,
  'sso/flow-lost': notBegun,
  'sso/code-refused': notBegun,
}

/** GitHub's answer becomes the caller's authorization; those they had before end. */
export async function finishAuthorization(
  deps: Deps,
  ctx: Context,
  request: Request,
  reply: Reply,
  answer: string,
): Promise<Authorization> {
  const personId = requirePerson(ctx)
  const grants = grantsOf(deps)
  const { token, scopes } = await grants.finish(request, reply, aboutOf(ctx), answer).catch((error: unknown) => {
    const type = error instanceof Problem ? otherwise[error.type.slug] : undefined
    throw type ? new Problem(type, (error as Problem).message, { cause: error }) : error
  })
  try {
    const seesPrivate = scopes.includes(everythingScope)
    if (!seesPrivate && !scopes.includes(hooksScope))
      throw new Problem(scopeRefused, `GitHub gave ${scopes.length === 0 ? 'no scope' : scopes.join(', ')}.`)
    const login = await gitHubAccount(deps.dial, deps.apiUrl, token).login()
    const id = uuidv7()
    const { ended, expiresAt } = await deps.database.tenantTx(ctx, async (tx) => {
      const before = await tx.rows(deleteAuthorizations, { id: null, personId })
      const sealedToken = seal(deps.key, token, id)
      const row = { tenantId: ctx.tenantId, id, personId, login, seesPrivate, sealedToken, seconds }
      await tx.run(insertAuthorization, row)
      const made = (await tx.row(liveAuthorization, { id, personId }))!
      await audit(tx, ctx, {
        action: 'repositories.authorized',
        subject: `github_authorization:${id}`,
        after: { login, scopes, until: made.expiresAt },
      })
      return { ended: before, expiresAt: made.expiresAt }
    })
    await giveBack(deps, ended)
    return { id, login, private: seesPrivate, expires_at: expiresAt.toISOString() }
  } catch (error) {
    // Nobody will ever use it.
    await revoke(deps, token)
    throw error
  }
}

/** The caller's own, alive. For everybody else it does not exist. */
export async function findAuthorization(deps: Deps, ctx: Context, id: string): Promise<AuthorizationRow> {
  const personId = requirePerson(ctx)
  const row = await deps.database.tenantTx(ctx, (tx) => tx.row(liveAuthorization, { id, personId }))
  if (!row) throw new Problem(notFound, 'You have no authorization with this id, or it has expired.')
  return row
}

/** Works at GitHub with an authorization. Where GitHub says that it has ended, it ends here too. */
export async function withAccount<T>(
  deps: Deps,
  ctx: Context,
  id: string,
  work: (account: GitHubAccount) => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  const { sealedToken } = await findAuthorization(deps, ctx, id)
  try {
    return await work(gitHubAccount(deps.dial, deps.apiUrl, unseal(deps.key, sealedToken, id), signal))
  } catch (error) {
    if (error instanceof Problem && error.type === authorizationEnded) await forgetAuthorization(deps, ctx, id)
    throw error
  }
}

/** GitHub takes it no longer, so there is nothing to give back. */
export async function forgetAuthorization(deps: Deps, ctx: Context, id: string): Promise<void> {
  await erase(deps, ctx, id, 'ended at GitHub')
}

/** Gives the token back. Repeating it is no error. */
export async function endAuthorization(deps: Deps, ctx: Context, id: string): Promise<void> {
  requirePerson(ctx)
  await giveBack(deps, await erase(deps, ctx, id, 'ended by the person'))
}

async function erase(deps: Deps, ctx: Context, id: string, why: string): Promise<EndedRow[]> {
  return deps.database.tenantTx(ctx, async (tx) => {
    const ended = await tx.rows(deleteAuthorizations, { id, personId: ctx.actor.id })
    await tell(tx, ctx, ended, why)
    return ended
  })
}

const atOnce = 20

/** Erases what has expired, of all tenants. Returns how many. */
export async function purgeAuthorizations(deps: Deps): Promise<number> {
  let purged = 0
  for (;;) {
    const ended = await deps.database.platformTx('purge authorizations', async (tx) => {
      const rows = await tx.rows(deleteExpired, { most: atOnce })
      for (const row of rows) await tell(tx, jobContext(row.tenantId), [row], 'expired')
      return rows
    })
    await giveBack(deps, ended)
    purged += ended.length
    if (ended.length < atOnce) return purged
  }
}

const jobName = 'scheduler:purge-github-authorizations'
const jobContext = (tenantId: string): Context => ({
  tenantId,
  actor: { type: 'job', id: jobName, name: jobName },
  permissions: new Set(),
})

async function tell(tx: Tx, ctx: Context, ended: readonly EndedRow[], why: string): Promise<void> {
  for (const { id, login } of ended)
    await audit(tx, ctx, {
      action: 'repositories.authorization-ended',
      subject: `github_authorization:${id}`,
      before: { login },
      after: { why },
    })
}

async function giveBack(deps: Deps, ended: readonly EndedRow[]): Promise<void> {
  for (const { id, sealedToken } of ended) await revoke(deps, unseal(deps.key, sealedToken, id))
}

/** As far as GitHub can be reached: here the token is gone already. */
async function revoke({ grants, log }: Deps, token: string): Promise<void> {
  await grants?.revoke(token).catch((error: unknown) => {
    const reason = error instanceof Problem ? error.message : 'unexpected'
    log.warn({ reason }, 'a token could not be given back to GitHub; its owner can withdraw it there')
  })
}
