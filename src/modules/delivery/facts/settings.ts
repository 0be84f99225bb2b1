/** What a tenant may decide about its delivery facts. */
import { z } from 'zod'
import type { TenantTx } from '#kernel/database/index.ts'
import { defineSetting, readSetting } from '#kernel/settings/index.ts'

const names = z.array(z.string().trim().min(1).max(100)).max(50)

export const deploymentsFrom = defineSetting({
  name: 'delivery.deployments_from',
  summary: 'Which GitHub event counts as a deployment; the others are recorded and not counted.',
  schema: z.enum(['github.deployment', 'github.release', 'github.workflow_run']),
  default: 'github.deployment',
})

export const productionEnvironments = defineSetting({
  name: 'delivery.production_environments',
  summary: 'Names of environments whose GitHub deployments count as production; case does not matter.',
  schema: names.min(1),
  default: ['production', 'prod', 'live'],
})

export const attributionWindowHours = defineSetting({
  name: 'delivery.attribution_window_hours',
  summary: 'Hours after a deployment within which an incident of the same service is taken to be caused by it.',
  schema: z
    .number()
    .int()
    .min(1)
    .max(24 * 90),
  default: 72,
})

export const reworkLabels = defineSetting({
  name: 'delivery.rework_labels',
  summary: 'Labels of pull requests whose deployment is unplanned repair; case does not matter.',
  schema: names,
  default: ['hotfix', 'rework', 'incident-fix'],
})

export const incidentLabel = defineSetting({
  name: 'delivery.incident_label',
  summary: 'Label that makes a GitHub issue an incident; case does not matter.',
  schema: z.string().trim().min(1).max(100),
  default: 'incident',
})

export const incidentIssueTypes = defineSetting({
  name: 'delivery.incident_issue_types',
  summary: 'Jira issue types that are incidents; case does not matter.',
  schema: names,
  default: ['Incident'],
})

export const deployWorkflows = defineSetting({
  name: 'delivery.deploy_workflows',
  summary: 'Names of GitHub workflows that deploy to production; `*` stands for anything, case does not matter.',
  schema: names,
  default: ['deploy*', 'release*'],
})

/** Settings that mapping reads, once per batch. */
export type GithubSettings = { readonly incidentLabel: string; readonly deployWorkflows: readonly string[] }
export type JiraSettings = { readonly incidentIssueTypes: readonly string[] }

export const readGithubSettings = async (tx: TenantTx): Promise<GithubSettings> => ({
  incidentLabel: await readSetting(tx, incidentLabel),
  deployWorkflows: await readSetting(tx, deployWorkflows),
})

export const readJiraSettings = async (tx: TenantTx): Promise<JiraSettings> => ({
  incidentIssueTypes: await readSetting(tx, incidentIssueTypes),
})
