/** `/incidents`: what went wrong, which deployment caused it, and a person's word on that. */
import { contextOf, type Http } from '#kernel/http/index.ts'
import { idParams, numericId } from '../numeric-id.ts'
import { attributionOverride, incidentList, incidentQuery, incidentRow } from '../schemas.ts'
import { type AttributionDeps, noIncident, overrideAttribution, withdrawOverride } from './override-attribution.ts'
import { findIncidents } from './read-incidents.ts'

const tags = ['delivery']
const read = { permission: 'delivery:read' }
const write = { permission: 'delivery:write' }

export const incidentRoutes =
  (deps: AttributionDeps) =>
  (http: Http): void => {
    const idOf = (text: string): number => {
      const id = numericId(text)
      if (id === undefined) throw noIncident(text)
      return id
    }

    http.get(
      '/incidents',
      {
        config: read,
        schema: { tags, summary: 'List incidents', querystring: incidentQuery, response: { 200: incidentList } },
      },
      (request) => findIncidents(deps.database, contextOf(request), request.query),
    )

    http.put(
      '/incidents/:id/attribution',
      {
        config: write,
        schema: {
          tags,
          summary: 'Say which deployment caused an incident',
          params: idParams,
          body: attributionOverride,
          response: { 200: incidentRow },
        },
      },
      (request) => overrideAttribution(deps, contextOf(request), idOf(request.params.id), request.body),
    )

    http.delete(
      '/incidents/:id/attribution',
      {
        config: write,
        schema: {
          tags,
          summary: 'Take back what was said about the cause of an incident',
          params: idParams,
          response: { 200: incidentRow },
        },
      },
      (request) => withdrawOverride(deps, contextOf(request), idOf(request.params.id)),
    )
  }
