/** Deleting a webhook that was made from here. */
import { audit } from '#kernel/audit/index.ts'
import type { Context } from '#kernel/context/index.ts'
import { notFound, Problem } from '#kernel/errors/index.ts'
import { withAccount } from './authorizations.ts'
import type { Deps } from './deps.ts'
import type { GitHubAccount } from './github-api.ts'
import { gitHubRefused } from './problems.ts'
import { deleteRepository, selectRepositories } from './queries.ts'
import { told } from './told.ts'

export async function disconnectRepository(deps: Deps, ctx: Context, id: string, name: string): Promise<void> {
  await withAccount(deps, ctx, id, async (account) => {
    const row = await deps.database.tenantTx(ctx, (tx) => tx.row(selectRepositories, { name }))
    if (!row) throw new Problem(notFound, `${name} is not connected.`)
    await deleteHook(account, row.name, row.hookId)
    await deps.database.tenantTx(ctx, async (tx) => {
      if ((await tx.run(deleteRepository, { name })) === 0) return
      await audit(tx, ctx, {
        action: 'repositories.disconnected',
        subject: `github_repository:${row.name}`,
        before: { webhook: row.hookId },
      })
    })
  })
}

async function deleteHook(account: GitHubAccount, repository: string, hookId: number): Promise<void> {
  const deleted = await account.deleteHook(repository, hookId)
  if ('value' in deleted) return
  // GitHub says 404 of a webhook that is gone, and of one that the account may not see: only who sees the others knows.
  const others = deleted.refusal.status === 404 ? await account.hooks(repository) : deleted
  if ('value' in others && others.value?.every(({ id }) => id !== hookId)) return
  const { reason, remedy } = told(deleted.refusal)
  throw new Problem(gitHubRefused, `${reason} ${remedy}`)
}
