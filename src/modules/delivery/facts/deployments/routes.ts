/** `/deployments`: what shipped, and how it went. */
import type { Database } from '#kernel/database/index.ts'
import { contextOf, type Http } from '#kernel/http/index.ts'
import { idParams, numericId } from '../numeric-id.ts'
import { deploymentList, deploymentQuery, deploymentReply } from '../schemas.ts'
import { findDeployment, findDeployments, noDeployment } from './read-deployments.ts'

const tags = ['delivery']
const config = { permission: 'delivery:read' }

export const deploymentRoutes =
  (database: Database) =>
  (http: Http): void => {
    http.get(
      '/deployments',
      {
        config,
        schema: {
          tags,
          summary: 'List deployments',
          querystring: deploymentQuery,
          response: { 200: deploymentList },
        },
      },
      (request) => findDeployments(database, contextOf(request), request.query),
    )

    http.get(
      '/deployments/:id',
      {
        config,
        schema: { tags, summary: 'Read a deployment', params: idParams, response: { 200: deploymentReply } },
      },
      (request) => {
        const id = numericId(request.params.id)
        if (id === undefined) throw noDeployment(request.params.id)
        return findDeployment(database, contextOf(request), id)
      },
    )
  }
