/** One route a submission: 202 means durable, as it does for webhooks. */
import type { Database } from '#kernel/database/index.ts'
import { contextOf, type Http } from '#kernel/http/index.ts'
import type { GroupCommit } from './group-commit.ts'
import { submitted } from './schemas.ts'
import { type Submission, submit } from './submissions.ts'

type Deps = {
  readonly database: Database
  readonly groupCommit: GroupCommit
  readonly submissions: readonly Submission[]
}

export const submissionRoutes =
  ({ database, groupCommit, submissions }: Deps) =>
  (http: Http): void => {
    for (const submission of submissions) {
      const { path, tag, summary, body } = submission
      http.post(
        path,
        {
          config: { permission: 'events:write', idempotency: 'replay' },
          schema: { tags: [tag], summary, body, response: { 202: submitted } },
        },
        async (request, reply) => {
          const key = request.headers['idempotency-key']
          const input = {
            body: request.body,
            requestId: request.id,
            idempotencyKey: typeof key === 'string' ? key : undefined,
          }
          return reply.status(202).send(await submit({ database, groupCommit }, contextOf(request), submission, input))
        },
      )
    }
  }
