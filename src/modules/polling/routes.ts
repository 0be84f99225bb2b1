/** `/repositories` and the test of a connection. */
import type { Database } from '#kernel/database/index.ts'
import { contextOf, type Http } from '#kernel/http/index.ts'
import type { Deps } from './deps.ts'
import { readRepositories } from './list-repositories.ts'
import { connectionTest, repositoryQuery, sourceParams, sourceRepositoryList } from './schemas.ts'
import { testConnection } from './test-connection.ts'

export const pollingRoutes =
  (deps: Pick<Deps, 'dial' | 'github' | 'jira'> & { readonly database: Database }) =>
  (http: Http): void => {
    http.get(
      '/repositories',
      {
        config: { permission: 'delivery:read' },
        schema: {
          tags: ['delivery'],
          summary: 'Repositories as GitHub lists them, by name, with the streams they belong to',
          querystring: repositoryQuery,
          response: { 200: sourceRepositoryList },
        },
      },
      (request) => readRepositories(deps.database, contextOf(request), request.query),
    )

    http.post(
      '/admin/integrations/:source/test',
      {
        config: { permission: 'connections:write', idempotency: { none: 'it asks, and changes nothing' } },
        schema: {
          tags: ['intake'],
          summary: 'Ask GitHub or Jira who the configured credentials are, and what they may',
          params: sourceParams,
          response: { 200: connectionTest },
        },
      },
      (request) => testConnection(deps, contextOf(request), request.params.source),
    )
  }
