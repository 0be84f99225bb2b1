/** GitHub's API as far as webhooks need it, asked with one account's token. What comes back is read with mistrust. */
import { z } from 'zod'
import { now } from '#kernel/clock/index.ts'
import type { Dial } from '#kernel/dial/index.ts'
import { Problem } from '#kernel/errors/index.ts'
import { authorizationEnded, gitHubFailed, gitHubLimit } from './problems.ts'
import { repositoryShape } from './schemas.ts'

/** A page of a hundred repositories is about 700 KB. */
const maxBytes = 4 * 1024 * 1024
const oneRequestMs = 8000
const pageSize = 100

const userReply = z.object({ login: z.string().min(1).max(100) })
const repositoriesReply = z
  .array(
    z.object({
      full_name: z.string(),
      private: z.boolean(),
      archived: z.boolean().default(false),
      permissions: z.object({ admin: z.boolean().default(false) }).default({ admin: false }),
    }),
  )
  .max(pageSize)
const hookReply = z.object({
  id: z.number().int().positive().max(Number.MAX_SAFE_INTEGER),
  active: z.boolean(),
  events: z.array(z.string()).max(500),
  config: z.object({ url: z.string().optional() }),
})
const hooksReply = z.array(hookReply).max(pageSize)
export type Hook = z.output<typeof hookReply>
export type Listed = z.output<typeof repositoriesReply>[number]

/** GitHub's answer when it does not do what was asked; `said` is its own word, shortened. */
export type Refusal = { readonly status: number; readonly said: string; readonly singleSignOn: boolean }
export type Answer<T> = { readonly value: T } | { readonly refusal: Refusal }

export type Delivery = { readonly address: string; readonly secret: string; readonly events: readonly string[] }

/** All of them throw where the account or GitHub itself is the matter: the token ended, the limit is used up, no usable answer. */
export type GitHubAccount = {
  login(): Promise<string>
  repositories(page: number): Promise<{ listed: Listed[]; more: boolean; incomplete: boolean }>
  hooks(repository: string): Promise<Answer<Hook[]>>
  makeHook(repository: string, delivery: Delivery): Promise<Answer<Hook>>
  renewHook(repository: string, hook: Hook, delivery: Delivery): Promise<Answer<Hook>>
  deleteHook(repository: string, id: number): Promise<Answer<null>>
}

type Ask = { method?: 'GET' | 'POST' | 'PATCH' | 'DELETE'; body?: object }

/** `signal` ends everything that is asked with this account. */
export function gitHubAccount(
  dial: Pick<Dial, 'fetch'>,
  apiUrl: string,
  token: string,
  signal?: AbortSignal,
): GitHubAccount {
  const plain = new URL(apiUrl).protocol === 'http:'

  async function ask(path: string, { method = 'GET', body }: Ask = {}): Promise<Response> {
    const response = await dial.fetch(`${apiUrl}${path}`, {
      policy: { name: 'github', ...(plain ? { schemes: ['https', 'http'] as const } : {}) },
      method,
      headers: {
        authorization: `Bearer ${token}`,
        accept: 'application/vnd.github+json',
        'user-agent': 'daytwo',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      body: body === undefined ? null : JSON.stringify(body),
      timeoutMs: oneRequestMs,
      maxBytes,
      decode: true,
      signal,
    })
    if (response.status === 401) throw new Problem(authorizationEnded, 'GitHub knows the token no longer.')
    const wait = limitSeconds(response)
    if (wait !== undefined)
      throw new Problem(gitHubLimit, `GitHub takes no more requests of this account for ${wait} seconds.`, {
        extension: { retryAfterSeconds: wait },
      })
    return response
  }

  async function answerOf<T extends z.ZodType>(asked: Promise<Response>, shape: T): Promise<Answer<z.output<T>>> {
    const response = await asked
    if (response.status >= 200 && response.status < 300) return { value: await read(response, shape) }
    const singleSignOn = response.headers.get('x-github-sso')?.startsWith('required') ?? false
    return { refusal: { status: response.status, said: await saidIn(response), singleSignOn } }
  }

  async function certain<T extends z.ZodType>(asked: Promise<Response>, shape: T): Promise<z.output<T>> {
    const response = await asked
    if (response.status !== 200) throw new Problem(gitHubFailed, `GitHub answered ${response.status}.`)
    return read(response, shape)
  }

  const config = ({ address, secret }: Delivery) => ({ url: address, content_type: 'json', insecure_ssl: '0', secret })

  return {
    login: async () => (await certain(ask('/user'), userReply)).login,
    async repositories(page) {
      const query = new URLSearchParams({
        affiliation: 'owner,collaborator,organization_member',
        sort: 'full_name',
        per_page: String(pageSize),
        page: String(page),
      })
      const response = await ask(`/user/repos?${query}`)
      return {
        listed: (await certain(Promise.resolve(response), repositoriesReply)).filter((one) =>
          repositoryShape.test(one.full_name),
        ),
        // Its address for the next page is not followed: the number is ours.
        more: /;\s*rel="?next"?/.test(response.headers.get('link') ?? ''),
        incomplete: response.headers.get('x-github-sso')?.startsWith('partial-results') ?? false,
      }
    },
    hooks: (repository) => answerOf(ask(`/repos/${repository}/hooks?per_page=${pageSize}`), hooksReply),
    makeHook: (repository, delivery) => {
      const body = { name: 'web', active: true, events: delivery.events, config: config(delivery) }
      return answerOf(ask(`/repos/${repository}/hooks`, { method: 'POST', body }), hookReply)
    },
    renewHook: (repository, { id, events }, delivery) => {
      // Events that somebody added stay.
      const added = events.includes('*') ? {} : { add_events: delivery.events }
      const body = { active: true, ...added, config: config(delivery) }
      return answerOf(ask(`/repos/${repository}/hooks/${id}`, { method: 'PATCH', body }), hookReply)
    },
    deleteHook: async (repository, id) =>
      answerOf(ask(`/repos/${repository}/hooks/${id}`, { method: 'DELETE' }), z.null()),
  }
}

async function read<T extends z.ZodType>(response: Response, shape: T): Promise<z.output<T>> {
  const parsed = shape.safeParse(response.status === 204 ? null : await response.json().catch(() => undefined))
  if (!parsed.success) throw new Problem(gitHubFailed, 'GitHub answered in a form that is not its own.')
  return parsed.data
}

const defaultWaitSeconds = 60
const mostWaitSeconds = 3600

/** Seconds to wait, where the limit is what GitHub refuses for: a 403 of that kind has nothing left, or says how long. */
function limitSeconds({ status, headers }: Response): number | undefined {
  const after = headers.get('retry-after')
  const nothingLeft = headers.get('x-ratelimit-remaining') === '0'
  if (status !== 429 && !(status === 403 && (after !== null || nothingLeft))) return undefined
  const reset = Number(headers.get('x-ratelimit-reset')) - now().getTime() / 1000
  const said = after !== null ? Number(after) : nothingLeft ? reset : defaultWaitSeconds
  return Number.isFinite(said) ? Math.min(Math.max(Math.ceil(said), 1), mostWaitSeconds) : defaultWaitSeconds
}

const saidReply = z.object({
  message: z.string().default(''),
  errors: z.array(z.union([z.string(), z.object({ message: z.string().default('') })])).default([]),
})

/** One line of what GitHub said: it is shown to people. */
async function saidIn(response: Response): Promise<string> {
  const parsed = saidReply.safeParse(await response.json().catch(() => undefined))
  if (!parsed.success) return ''
  const { message, errors } = parsed.data
  const lines = [message, ...errors.map((one) => (typeof one === 'string' ? one : one.message))]
  return lines
    .filter((line) => line !== '' && line !== 'Validation Failed')
    .join(' ')
    .replaceAll(/[^\x20-\x7e]/g, ' ')
    .slice(0, 200)
    .trim()
}
