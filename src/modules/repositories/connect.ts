/** Making the webhooks: one repository after the other, as GitHub wishes, each with a result of its own. */
import type { z } from 'zod'
import { audit } from '#kernel/audit/index.ts'
import type { Context } from '#kernel/context/index.ts'
import { Problem } from '#kernel/errors/index.ts'
import { forgetAuthorization, withAccount } from './authorizations.ts'
import { type Deps, requirePerson } from './deps.ts'
import type { Answer, Delivery, GitHubAccount, Hook } from './github-api.ts'
import { authorizationEnded, gitHubFailed, gitHubLimit, unreachableAddress } from './problems.ts'
import { selectRepositories, upsertRepository } from './queries.ts'
import { unreachableBecause } from './reach.ts'
import type { webhooksMade } from './schemas.ts'
import { existsAlready, told } from './told.ts'

type Made = z.output<typeof webhooksMade>
type Result = Made['results'][number]

/** What the facts are made of; see `delivery/facts/github`. */
export const events = [
  'deployment',
  'deployment_status',
  'issues',
  'pull_request',
  'pull_request_review',
  'push',
  'release',
  'workflow_run',
] as const

/** Idempotent: what is connected is found, and brought up to date. */
export async function connectRepositories(
  deps: Deps,
  ctx: Context,
  id: string,
  names: readonly string[],
): Promise<Made> {
  requirePerson(ctx)
  if (unreachableBecause(deps.baseUrl, deps.gitHubUrl))
    throw new Problem(unreachableAddress, `GitHub cannot send to ${deps.baseUrl}.`)
  const signal = AbortSignal.timeout(deps.budgetMs)
  const wanted = [...new Map(names.map((name) => [name.toLowerCase(), name])).values()]
  const { made, lost } = await withAccount(
    deps,
    ctx,
    id,
    (account) => connectAll(deps, ctx, account, wanted, signal),
    signal,
  )
  if (lost) await forgetAuthorization(deps, ctx, id)
  return made
}

async function connectAll(
  deps: Deps,
  ctx: Context,
  account: GitHubAccount,
  wanted: readonly string[],
  signal: AbortSignal,
): Promise<{ made: Made; lost: boolean }> {
  // First: an address must exist before GitHub is told of it.
  const delivery = { ...(await deps.addresses.ensure(ctx)), events }
  const own = new Set(await deps.addresses.list(ctx))
  const results: Result[] = []
  let ended: { reason: string; problem?: Problem } | undefined
  for (const repository of wanted) {
    if (!ended && signal.aborted) ended = { reason: 'The time of this request was up.' }
    if (ended) {
      results.push({ repository, outcome: 'not_tried', reason: ended.reason, remedy: 'Ask again for this one.' })
      continue
    }
    try {
      results.push(await connectOne(deps, ctx, account, repository, delivery, own))
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      const whole = error.type === gitHubLimit || error.type === authorizationEnded
      // Nothing is done yet that would have to be told.
      if (whole && results.length === 0) throw error
      if (whole) ended = { reason: error.message, problem: error }
      results.push(whole ? notTried(repository, error) : uncertain(repository, error))
    }
  }
  const wait = ended?.problem?.extension.retryAfterSeconds
  const made = { results, retry_after_seconds: typeof wait === 'number' ? wait : null }
  return { made, lost: ended?.problem?.type === authorizationEnded }
}

const notTried = (repository: string, { message }: Problem): Result => ({
  repository,
  outcome: 'not_tried',
  reason: message,
  remedy: 'Ask again for this one.',
})

/** GitHub may have done it all the same. */
function uncertain(repository: string, error: Problem): Result {
  if (!error.type.slug.startsWith('dial/') && error.type !== gitHubFailed) throw error
  return {
    repository,
    outcome: 'refused',
    reason: `${error.message} Whether the webhook was made is not known.`,
    remedy: 'Try again: a webhook that exists is found, and none is made twice.',
  }
}

async function connectOne(
  deps: Deps,
  ctx: Context,
  account: GitHubAccount,
  repository: string,
  delivery: Delivery,
  own: ReadonlySet<string>,
): Promise<Result> {
  const known = await deps.database.tenantTx(ctx, (tx) => tx.row(selectRepositories, { name: repository }))
  const done = await ensureHook(account, repository, delivery, own, known?.hookId)
  if ('refusal' in done) return { repository, outcome: 'refused', ...told(done.refusal) }
  const { hook, outcome } = done.value
  const address = hook.config.url ?? delivery.address
  await deps.database.tenantTx(ctx, async (tx) => {
    const { name: by } = ctx.actor
    await tx.run(upsertRepository, { tenantId: ctx.tenantId, name: repository, hookId: hook.id, address, by })
    await audit(tx, ctx, {
      action: 'repositories.connected',
      subject: `github_repository:${repository}`,
      after: { webhook: hook.id, outcome },
    })
  })
  return { repository, outcome, reason: null, remedy: null }
}

type Ensured = { readonly hook: Hook; readonly outcome: 'connected' | 'was_connected' }

async function ensureHook(
  account: GitHubAccount,
  repository: string,
  delivery: Delivery,
  own: ReadonlySet<string>,
  knownId: number | undefined,
): Promise<Answer<Ensured>> {
  const found = await findHook(account, repository, delivery, own, knownId)
  if ('refusal' in found || found.value) return found as Answer<Ensured>
  const made = await account.makeHook(repository, delivery)
  if ('value' in made) return { value: { hook: made.value, outcome: 'connected' } }
  // Somebody made it since.
  const again = existsAlready(made.refusal) ? await findHook(account, repository, delivery, own, knownId) : undefined
  return again && 'value' in again && again.value ? { value: again.value } : made
}

/**
 * The webhook that sends here already. The one that was made from here gets address, secret and events anew, so that a new secret
 * or a new API_BASE_URL reaches GitHub by connecting again; one that somebody pasted by hand has a secret of its own and is left alone.
 */
async function findHook(
  account: GitHubAccount,
  repository: string,
  delivery: Delivery,
  own: ReadonlySet<string>,
  knownId: number | undefined,
): Promise<Answer<Ensured | undefined>> {
  const hooks = await account.hooks(repository)
  if ('refusal' in hooks) return hooks
  const ours =
    hooks.value.find(({ config }) => config.url === delivery.address) ??
    hooks.value.find(({ id, config }) => id === knownId && !own.has(config.url ?? ''))
  if (ours) {
    const renewed = await account.renewHook(repository, ours, delivery)
    return 'refusal' in renewed ? renewed : { value: { hook: renewed.value, outcome: 'was_connected' } }
  }
  const byHand = hooks.value.find(({ config, active }) => active && config.url !== undefined && own.has(config.url))
  return { value: byHand && { hook: byHand, outcome: 'was_connected' } }
}
