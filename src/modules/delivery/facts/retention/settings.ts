import { z } from 'zod'
import { defineSetting } from '#kernel/settings/index.ts'

const window = (table: string, what: string) =>
  defineSetting({
    name: `retention.${table}_days`,
    summary: `Days that ${what} are kept after they were recorded, before they are archived and purged.`,
    schema: z.number().int().min(1).max(3650),
    default: 365,
  })

/** Commits go by the same window: what shipped with a deployment must not outlive it as if it had not. */
export const deploymentRecordsDays = window('deployment_records', 'deployments and commits')
export const incidentEventsDays = window('incident_events', 'incident events')
export const prEventsDays = window('pr_events', 'pull-request events')
export const workItemEventsDays = window('work_item_events', 'work-item events')
