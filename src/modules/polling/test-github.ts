/** GitHub on loopback as far as asking for what was missed goes. */
import { randomId } from '#kernel/clock/index.ts'
import { iso, shaOf } from '#modules/delivery/facts/test-support.ts'
import { paged, type Reply, startSource } from './test-source.ts'

export type TestPull = Record<string, unknown> & { number: number; updated_at: string }
export type TestRepository = {
  id: number
  full_name: string
  default_branch: string
  archived: boolean
  private: boolean
  pushed_at: string
  pulls: TestPull[]
  hooks: TestHook[]
}
export type TestDelivery = {
  /** As GitHub writes it: it may have more digits than a number holds. */
  id: string
  guid: string
  delivered_at: string
  redelivery: boolean
  event: string
  payload: unknown
}
export type TestHook = { id: number; url: string; deliveries: TestDelivery[] }

export async function startTestGitHub({ pageSize = 2 } = {}) {
  const repositories: TestRepository[] = []
  const orgHooks: TestHook[] = []
  let ids = 0
  const source = await startSource((url) => answer(url))
  const base = `${source.url}/api`

  function answer(url: URL): Reply | undefined {
    const path = url.pathname.replace(/^\/api/, '')
    if (path === '/user') return { body: { login: 'octo' } }
    if (path === '/orgs/acme/repos') return paged(source.url, url, repositories.map(shown), pageSize)
    const byId = /^\/repositories\/(\d+)$/.exec(path)
    if (byId) return one(repositories.find(({ id }) => String(id) === byId[1]))
    if (path.startsWith('/orgs/acme/')) return ofHooks(url, path.slice('/orgs/acme'.length), orgHooks)
    const [, owner, name, rest = ''] = /^\/repos\/([^/]+)\/([^/]+)(\/.*)?$/.exec(path) ?? []
    const repository = repositories.find(
      ({ full_name }) => full_name.toLowerCase() === `${owner}/${name}`.toLowerCase(),
    )
    if (!repository) return undefined
    if (rest === '') return one(repository)
    if (rest === '/pulls') {
      const sorted = repository.pulls.toSorted((a, b) => (a.updated_at < b.updated_at ? 1 : -1))
      return paged(
        source.url,
        url,
        sorted.map((pull) => withBase(pull, repository)),
        pageSize,
      )
    }
    return ofHooks(url, rest, repository.hooks)
  }

  const shown = ({ pulls: _, hooks: _h, ...repository }: TestRepository) => repository
  const one = (repository: TestRepository | undefined): Reply | undefined => repository && { body: shown(repository) }
  const withBase = (pull: TestPull, { full_name, default_branch }: TestRepository) => ({
    ...pull,
    base: { ref: 'main', repo: { full_name, default_branch } },
  })

  function ofHooks(url: URL, rest: string, hooks: readonly TestHook[]): Reply | undefined {
    if (rest === '/hooks') return { body: hooks.map(({ id, url: to }) => ({ id, active: true, config: { url: to } })) }
    const [, id, deliveries, delivery] = /^\/hooks\/(\d+)(\/deliveries)?(?:\/(\d+))?$/.exec(rest) ?? []
    const hook = hooks.find((candidate) => String(candidate.id) === id)
    if (!hook || !deliveries) return undefined
    const exact = (value: unknown) => ({ text: JSON.stringify(value).replaceAll(/"id":"(9007\d+)"/g, '"id":$1') })
    if (delivery) {
      const found = hook.deliveries.find((candidate) => candidate.id === delivery)
      if (!found) return undefined
      const { payload, ...item } = found
      return exact({ ...item, request: { headers: {}, payload } })
    }
    const sorted = hook.deliveries.toSorted((a, b) => (a.delivered_at < b.delivered_at ? 1 : -1))
    const page = paged(source.url, url, sorted, pageSize)
    const items = (page.body as TestDelivery[]).map(({ payload: _, ...item }) => ({ ...item, status_code: 502 }))
    return { ...page, ...exact(items) }
  }

  return {
    ...source,
    base,
    repositories,
    orgHooks,
    environment: { GITHUB_TOKEN: 'a token', GITHUB_API_URL: base, DIAL_ALLOW: '127.0.0.1' },
    add(full_name: string, more: Partial<TestRepository> = {}): TestRepository {
      const made = {
        id: ++ids,
        full_name,
        default_branch: 'main',
        archived: false,
        private: true,
        pushed_at: iso(Date.now()),
        pulls: [],
        hooks: [],
        ...more,
      }
      repositories.push(made)
      return made
    },
    hook(of: { hooks: TestHook[] }, url: string): TestHook {
      const made = { id: ++ids, url, deliveries: [] }
      of.hooks.push(made)
      return made
    },
    deliver(hook: TestHook, event: string, payload: unknown, more: Partial<TestDelivery> = {}): TestDelivery {
      const made = {
        id: `9007199254740993${String(++ids).padStart(3, '0')}`,
        guid: randomId(),
        delivered_at: iso(Date.now() - 3_600_000),
        redelivery: false,
        event,
        payload,
        ...more,
      }
      hook.deliveries.push(made)
      return made
    },
  }
}

const hourMs = 3_600_000
/** A pull request opened and merged so many hours ago, as GitHub lists it. */
export function pullOf(
  number: number,
  { opened = 48, merged = 24 as number | null, title = 'SHOP-1 improve' } = {},
): TestPull {
  const now = Math.floor(Date.now() / 1000) * 1000
  const at = (hours: number) => iso(now - hours * hourMs)
  return {
    number,
    title,
    body: 'See the ticket.',
    user: { login: 'ada', type: 'User' },
    labels: merged === null ? [] : [{ name: 'hotfix' }],
    head: { ref: 'shop-1', sha: shaOf(`head ${number}`) },
    created_at: at(opened),
    updated_at: at(merged ?? opened),
    merged_at: merged === null ? null : at(merged),
    closed_at: merged === null ? null : at(merged),
    merge_commit_sha: merged === null ? null : shaOf(`merge ${number}`),
  }
}
/** What its webhooks say. */
export const webhooksOf = (pull: TestPull, full_name: string) => {
  const repository = { full_name, default_branch: 'main' }
  const whole = { ...pull, base: { ref: 'main', repo: repository } }
  const opened = {
    ...whole,
    labels: [],
    updated_at: pull.created_at,
    merged_at: null,
    closed_at: null,
    merge_commit_sha: null,
  }
  return [
    { action: 'opened', number: pull.number, pull_request: opened, repository },
    ...(pull.merged_at ? [{ action: 'closed', number: pull.number, pull_request: whole, repository }] : []),
  ]
}
