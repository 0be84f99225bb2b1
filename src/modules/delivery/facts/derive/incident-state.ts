/** What an incident is, from all that was said about it. Pure, and the same whatever the order of the events. */
import { z } from 'zod'

export const incidentEvent = z.object({
  source: z.string(),
  key: z.string(),
  action: z.enum(['opened', 'resolved', 'reopened', 'linked', 'withdrawn']),
  occurredAt: z.number(),
  title: z.string().nullable(),
  severity: z.string().nullable(),
  repository: z.string().nullable(),
  service: z.string().nullable(),
  projectKey: z.string().nullable(),
  deploymentSha: z.string().nullable(),
  url: z.string().nullable(),
})
export type IncidentEvent = z.output<typeof incidentEvent>

export type IncidentState = {
  readonly source: string
  readonly key: string
  readonly title: string
  readonly severity: string | null
  readonly repository: string | null
  readonly service: string | null
  readonly projectKey: string | null
  readonly deploymentSha: string | null
  readonly url: string | null
  readonly startedAt: number
  readonly resolvedAt: number | null
  readonly withdrawn: boolean
}

/** At one instant: what opens comes before what ends, and withdrawal is the last word. */
const rank = { opened: 0, linked: 1, reopened: 2, resolved: 3, withdrawn: 4 } as const

/** Undefined while nobody said when it opened. */
export function incidentState(events: readonly IncidentEvent[]): IncidentState | undefined {
  const sorted = [...events].sort((a, b) => a.occurredAt - b.occurredAt || rank[a.action] - rank[b.action])
  const opened = sorted.find(({ action }) => action === 'opened')
  if (!opened) return undefined
  let resolvedAt: number | null = null
  let withdrawn = false
  const latest: { -readonly [K in Field]: string | null } = { ...noFields }
  for (const event of sorted) {
    if (event.action === 'resolved') resolvedAt = event.occurredAt
    else if (event.action === 'reopened') resolvedAt = null
    if (event.action === 'withdrawn') withdrawn = true
    else if (event.action === 'opened' || event.action === 'reopened') withdrawn = false
    for (const field of fields) latest[field] = event[field] ?? latest[field]
  }
  const { source, key } = opened
  return { source, key, ...latest, title: latest.title ?? key, startedAt: opened.occurredAt, resolvedAt, withdrawn }
}

const fields = ['title', 'severity', 'repository', 'service', 'projectKey', 'deploymentSha', 'url'] as const
type Field = (typeof fields)[number]
const noFields: Record<Field, string | null> = {
  title: null,
  severity: null,
  repository: null,
  service: null,
  projectKey: null,
  deploymentSha: null,
  url: null,
}
