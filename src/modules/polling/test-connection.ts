/** Asking a source who one is there and what one may: for whoever just set its credentials. Changes nothing. */
import { z } from 'zod'
import { type Context, defaultTenantId, requirePermission } from '#kernel/context/index.ts'
import type { Deps, GitHubAccess, JiraAccess, Limits } from './deps.ts'
import { paths as github, ofOrganisation, userReply } from './github/api.ts'
import { Halt } from './halt.ts'
import { paths as jira, myselfReply } from './jira/api.ts'
import { githubSource, jiraSource, makeReader, type Reader } from './reader.ts'
import type { connectionTest } from './schemas.ts'

type Tested = z.output<typeof connectionTest>
type Found = Pick<Tested, 'answer' | 'account'> & Partial<Pick<Tested, 'scopes' | 'missing'>>

/** Within the time of a request, and with no wait: what the source says now is what is told. */
const limits: Limits = { requests: 8, ms: 15_000, waitMs: 0, retryMs: 200 }
const anything = z.unknown()

export async function testConnection(
  deps: Pick<Deps, 'dial' | 'github' | 'jira'>,
  ctx: Context,
  source: Tested['source'],
): Promise<Tested> {
  requirePermission(ctx, 'connections:write')
  const access = ctx.tenantId === defaultTenantId ? deps[source] : undefined
  const none = { source, status: null, account: null, scopes: null, missing: [], quota: null }
  if (!access)
    return {
      ...none,
      configured: false,
      ok: false,
      answer:
        ctx.tenantId === defaultTenantId
          ? `${source === 'github' ? 'GITHUB_TOKEN is' : 'JIRA_BASE_URL, JIRA_EMAIL and JIRA_API_TOKEN are'} not set.`
          : 'The credentials of this installation are those of its first tenant.',
    }
  const reader = makeReader(
    deps.dial,
    source === 'github' ? githubSource(access as GitHubAccess) : jiraSource(access as JiraAccess),
    limits,
  )
  const found = await (source === 'github' ? askGitHub(reader, access as GitHubAccess) : askJira(reader)).catch(
    (error): Found & { failed: true; status: number | null } => {
      if (!(error instanceof Halt)) throw error
      const status = error.reason === 'unauthorized' ? 401 : null
      return { failed: true, status, answer: `${error.message}.`, account: null }
    },
  )
  const quota = reader.lastQuota()
  const missing = found.missing ?? []
  const failed = 'failed' in found
  return {
    source,
    configured: true,
    ok: !failed && found.account !== null && missing.length === 0,
    answer: found.answer,
    status: failed ? found.status : 200,
    account: found.account,
    scopes: found.scopes ?? null,
    missing: [...missing],
    quota: quota ? { limit: quota.limit, remaining: quota.remaining, resets_at: quota.resetsAt.toISOString() } : null,
  }
}

/** Classic tokens say their scopes; of others it is tried whether they see what is needed. */
async function askGitHub(reader: Reader, { org }: GitHubAccess): Promise<Found> {
  const user = await reader.get(github.user, userReply)
  if (user.kind !== 'ok') return { answer: `GitHub answered ${refusal(user)} to who one is.`, account: null }
  const said = reader.lastHeaders()?.get('x-oauth-scopes') ?? null
  const scopes =
    said === null
      ? null
      : said
          .split(',')
          .map((one) => one.trim())
          .filter((one) => one !== '')
  const missing = scopes === null ? [] : lackingScopes(new Set(scopes), org !== undefined)
  const account = user.value.login
  if (org !== undefined && missing.length === 0) {
    const listed = await reader.get(github.organisationRepositories(org), anything)
    if (listed.kind === 'refused') missing.push(`to see the repositories of ${org} (${refusal(listed)})`)
    const hooks = await reader.get(github.hooks(ofOrganisation(org)), anything)
    if (hooks.kind === 'refused') missing.push(`to see the webhooks of ${org} (${refusal(hooks)})`)
  }
  const answer =
    missing.length === 0
      ? `GitHub knows the token as ${account}.`
      : `GitHub knows the token as ${account}; it may not do all that is needed.`
  return { answer, account, scopes, missing }
}

function lackingScopes(scopes: ReadonlySet<string>, ofOrganisation: boolean): string[] {
  const hooks = ['repo', 'admin:repo_hook', 'write:repo_hook', 'read:repo_hook'].some((one) => scopes.has(one))
  return [
    ...(scopes.has('repo') || scopes.has('public_repo') ? [] : ['repo']),
    ...(hooks ? [] : ['read:repo_hook']),
    ...(ofOrganisation && !scopes.has('admin:org_hook') ? ['admin:org_hook'] : []),
  ]
}

async function askJira(reader: Reader): Promise<Found> {
  const myself = await reader.get(jira.myself, myselfReply)
  if (myself.kind !== 'ok') return { answer: `Jira answered ${refusal(myself)} to who one is.`, account: null }
  const { displayName, emailAddress } = myself.value
  const account = emailAddress ?? displayName
  const missing: string[] = []
  const boards = await reader.get(jira.boards(0), anything)
  if (boards.kind === 'refused') missing.push(`to see boards (${refusal(boards)})`)
  const answer =
    missing.length === 0
      ? `Jira knows the token as ${displayName}.`
      : `Jira knows the token as ${displayName}; it may not do all that is needed.`
  return { answer, account, missing }
}

const refusal = (answer: { kind: string; status?: number; said?: string }): string =>
  `${answer.status ?? 304}${answer.said ? `: ${answer.said}` : ''}`
