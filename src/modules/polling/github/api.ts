/** GitHub's API as far as asking for what was missed needs it. Paths and the forms of replies. */
import { z } from 'zod'
import { anyId } from '../reader.ts'

const time = z.iso.datetime({ offset: true })
const nameShape = /^[A-Za-z0-9][A-Za-z0-9_-]{0,99}\/(?!\.{1,2}$)[A-Za-z0-9._-]{1,100}$/
export const isRepositoryName = (name: string): boolean => nameShape.test(name)
const pageSize = 100
const most = 1000

export const repositoryReply = z.object({
  id: anyId,
  full_name: z.string().regex(nameShape),
  default_branch: z.string().max(300).nullish(),
  archived: z.boolean().default(false),
  private: z.boolean().default(true),
  pushed_at: time.nullish(),
})
export type GitHubRepository = z.output<typeof repositoryReply>
export const repositoriesReply = z.array(repositoryReply).max(most)

export const hooksReply = z
  .array(
    z.object({
      id: anyId,
      active: z.boolean().default(true),
      config: z.object({ url: z.string().optional() }).default({}),
    }),
  )
  .max(most)

const guid = z.string().regex(/^[\x21-\x7e]{1,200}$/)
const eventName = z.string().regex(/^[a-zA-Z0-9_:.-]{1,80}$/)
export const deliveriesReply = z
  .array(
    z.object({
      id: anyId,
      guid,
      delivered_at: time,
      redelivery: z.boolean().default(false),
      event: eventName,
      action: z.string().max(80).nullish(),
      status_code: z.number().nullish(),
    }),
  )
  .max(most)
export type GitHubDelivery = z.output<typeof deliveriesReply>[number]
export const deliveryReply = z.object({ guid, event: eventName, request: z.object({ payload: z.unknown() }) })

const named = z.object({ login: z.string().max(100), type: z.string().max(40).optional() })
const pullReply = z.object({
  number: z.number().int().positive(),
  title: z.string().nullish(),
  body: z.string().nullish(),
  html_url: z.string().nullish(),
  user: named.nullish(),
  labels: z.array(z.object({ name: z.string() })).default([]),
  head: z.object({ ref: z.string(), sha: z.string() }),
  base: z.object({
    ref: z.string(),
    repo: z.object({ full_name: z.string().regex(nameShape), default_branch: z.string().nullish() }),
  }),
  created_at: time,
  updated_at: time,
  closed_at: time.nullish(),
  merged_at: time.nullish(),
  merge_commit_sha: z.string().nullish(),
})
export type GitHubPull = z.output<typeof pullReply>
export const pullsReply = z.array(pullReply).max(most)
export const userReply = z.object({ login: z.string().min(1).max(100) })

/** Where a repository, or the organisation, has its webhooks. */
export const ofRepository = (name: string): string => `/repos/${name}`
export const ofOrganisation = (name: string): string => `/orgs/${name}`
export const paths = {
  user: '/user',
  organisationRepositories: (org: string) => `/orgs/${org}/repos?type=all&sort=full_name&per_page=${pageSize}`,
  repositoryById: (id: string) => `/repositories/${id}`,
  hooks: (scope: string) => `${scope}/hooks?per_page=${pageSize}`,
  deliveries: (scope: string, hook: string) => `${scope}/hooks/${hook}/deliveries?per_page=${pageSize}`,
  delivery: (scope: string, hook: string, id: string) => `${scope}/hooks/${hook}/deliveries/${id}`,
  pulls: (name: string) => `${ofRepository(name)}/pulls?state=all&sort=updated&direction=desc&per_page=${pageSize}`,
} as const
