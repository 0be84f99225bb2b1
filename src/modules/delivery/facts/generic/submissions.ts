/** `POST /deployments` and `POST /incidents`: the vocabulary of webhooks, said with a key. */
import type { Context } from '#kernel/context/index.ts'
import type { TenantTx } from '#kernel/database/index.ts'
import { forbidden, Problem } from '#kernel/errors/index.ts'
import { defineSubmission } from '#modules/intake/index.ts'
import { incidentPlace, owningStreams } from './queries.ts'
import { newDeployment, newIncident } from './vocabulary.ts'

/** The source of what is said with a key. */
const source = 'api'

type Place = { readonly repository: string | null; readonly service: string | null; readonly project: string | null }

const placeOf = (given: {
  repository?: string | undefined
  service?: string | undefined
  project_key?: string | undefined
}): Place => ({
  repository: given.repository?.toLowerCase() ?? null,
  service: given.service?.toLowerCase() ?? null,
  project: given.project_key?.toLowerCase() ?? null,
})

/**
 * A key limited to streams may only say what counts in them: some stream of its own must own the place, and no delivery stream that
 * is not its own. (Tech streams cut across teams and do not keep a team from its own repository.)
 */
async function requireOwn(tx: TenantTx, ctx: Context, place: Place): Promise<void> {
  const { streams } = ctx
  if (!streams) return
  const owners = await tx.rows(owningStreams, place)
  const foreign = owners.some(({ id, kind }) => kind === 'delivery' && !streams.has(id))
  if (!foreign && owners.some(({ id }) => streams.has(id))) return
  const allowed = [...streams].sort().join(', ') || 'none'
  throw new Problem(
    forbidden,
    `${ctx.actor.name} is limited to streams (${allowed}), and the repository and service named are not theirs alone.`,
  )
}

export const deploymentSubmission = defineSubmission({
  path: '/deployments',
  tag: 'delivery',
  summary: 'Say that something was deployed',
  body: newDeployment,
  authorize: (tx, ctx, body) => requireOwn(tx, ctx, placeOf(body)),
  toEvent: ({ status, ...data }) => ({ type: `deployment.${status}`, data }),
})

export const incidentSubmission = defineSubmission({
  path: '/incidents',
  tag: 'delivery',
  summary: 'Say that an incident was opened, resolved, reopened or withdrawn',
  body: newIncident,
  async authorize(tx, ctx, body) {
    await requireOwn(tx, ctx, placeOf(body))
    // Whose incident it already is counts as much as whose the caller says it is.
    const known = ctx.streams && (await tx.row(incidentPlace, { source, key: body.external_id }))
    if (known) await requireOwn(tx, ctx, known)
  },
  toEvent: ({ status, ...data }) => ({
    type: `incident.${status ?? (data.resolved_at === undefined ? 'opened' : 'resolved')}`,
    data,
  }),
})
