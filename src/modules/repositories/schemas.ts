/** Requests and replies of connecting repositories of GitHub; shared with the console. */
import { z } from 'zod'

const time = z.iso.datetime()

/** `owner/name`. Dots alone would be another address. */
export const repositoryShape = /^[A-Za-z0-9][A-Za-z0-9_-]{0,99}\/(?!\.{1,2}$)[A-Za-z0-9._-]{1,100}$/
const repositoryName = z.string().regex(repositoryShape, 'the name of a repository as owner/name')

/** Most repositories that one request connects. */
export const maxAtOnce = 100

export const newAuthorization = z.strictObject({
  private: z
    .boolean()
    .default(false)
    .describe(
      'True: private repositories are listed too. GitHub has no narrower scope for that than `repo`, which reads and writes code as well.',
    ),
})
export const beganAuthorization = z.object({ url: z.string().describe('Where the browser goes to agree.') })
export const authorizationAnswer = z.strictObject({
  answer: z.string().max(2000).describe('What GitHub put behind the `?` of the way back.'),
})
export const authorizationId = z.strictObject({ id: z.uuid() })
export const authorizationReply = z.object({
  id: z.string(),
  login: z.string().describe('The account at GitHub.'),
  /** Whether private repositories are listed. */
  private: z.boolean(),
  expires_at: time,
})

export const gitHubReply = z.object({
  /** False: GITHUB_CLIENT_ID and GITHUB_CLIENT_SECRET are not set. */
  configured: z.boolean(),
  /** To be registered with the OAuth app. */
  callback_url: z.string(),
  /** Where GitHub sends events to: API_BASE_URL. */
  base_url: z.string(),
  /** Why GitHub cannot reach that; null when nothing speaks against it. */
  unreachable: z.enum(['loopback', 'private']).nullable(),
  /** The caller's own, while it lives. */
  authorization: authorizationReply.nullable(),
  repositories: z.array(
    z.object({
      repository: z.string(),
      connected_at: time,
      connected_by: z.string(),
      /** False: its webhook sends to an address that takes nothing any more. */
      address_valid: z.boolean(),
    }),
  ),
})

export const repositoryQuery = z.strictObject({
  page: z
    .string()
    .regex(/^[1-9]\d?$/, 'a whole number from 1 to 50')
    .transform(Number)
    .pipe(z.number().max(50))
    .optional(),
})
export const repositoryList = z.object({
  repositories: z.array(
    z.object({
      repository: z.string(),
      private: z.boolean(),
      archived: z.boolean().describe('Read-only at GitHub: nothing can be connected or happens there.'),
      administered: z.boolean().describe('The account may make webhooks there.'),
      connected: z.boolean(),
    }),
  ),
  next_page: z.number().nullable(),
  /** Organisations with single sign-on left theirs out: the account has not signed in there for this app. */
  incomplete: z.boolean(),
})

export const webhooksToMake = z.strictObject({ repositories: z.array(repositoryName).min(1).max(maxAtOnce) })
export const outcomes = ['connected', 'was_connected', 'refused', 'not_tried'] as const
export const webhooksMade = z.object({
  results: z.array(
    z.object({
      repository: z.string(),
      outcome: z.enum(outcomes).describe('`not_tried`: this request ended before its turn came; ask again for these.'),
      reason: z.string().nullable(),
      remedy: z.string().nullable(),
    }),
  ),
  /** GitHub's limit is used up: ask again after so long. */
  retry_after_seconds: z.number().nullable(),
})
export const webhookParams = z
  .strictObject({ id: z.uuid(), owner: z.string().max(100), name: z.string().max(100) })
  .refine(({ owner, name }) => repositoryShape.test(`${owner}/${name}`), 'the name of a repository as owner/name')
