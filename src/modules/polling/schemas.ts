/** Requests and replies of what the sources are asked; shared with the console. */
import { z } from 'zod'
import { limit } from '#kernel/paging/index.ts'

const time = z.iso.datetime()

export const testableSources = ['github', 'jira'] as const
export const sourceParams = z.strictObject({ source: z.enum(testableSources) })
export const connectionTest = z.object({
  source: z.enum(testableSources),
  configured: z.boolean().describe('False: the environment names no credentials, or they are not for this tenant.'),
  ok: z.boolean().describe('The credentials are accepted and nothing that is needed is missing.'),
  answer: z.string().describe('What the source answered, and what to do where something is missing.'),
  status: z.number().nullable().describe('Of its answer; null where none came.'),
  account: z.string().nullable().describe('Who one is there.'),
  scopes: z.array(z.string()).nullable().describe('What the token may; null where the source does not say.'),
  missing: z.array(z.string()).describe('What it may not, and is needed.'),
  quota: z.object({ limit: z.number(), remaining: z.number(), resets_at: time }).nullable(),
})

const flag = z.enum(['true', 'false']).transform((value) => value === 'true')
export const repositoryQuery = z.strictObject({
  unassigned: flag.optional().describe('`true`: those that are no source of any stream.'),
  gone: flag.optional().describe('`true`: those too that GitHub has no longer.'),
  cursor: z.string().max(400).optional(),
  limit,
})
export const sourceRepositoryList = z.object({
  repositories: z.array(
    z.object({
      id: z.string().describe("GitHub's own id, which stays when the repository is renamed."),
      name: z.string(),
      default_branch: z.string().nullable(),
      archived: z.boolean(),
      private: z.boolean(),
      pushed_at: time.nullable(),
      seen_at: time.describe('When GitHub last listed it.'),
      gone_at: time.nullable(),
      streams: z.array(z.string()).describe('Streams that it is a source of.'),
    }),
  ),
  next_cursor: z.string().nullable(),
})
