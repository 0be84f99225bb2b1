/** Writes facts, at most one statement a table, always in the same order of tables. */
import type { TenantTx } from '#kernel/database/index.ts'
import type { Fact } from './fact-rows.ts'
import { writeCommits, writeDeployments, writeIncidents, writePullRequests, writeWorkItems } from './record-queries.ts'

/** Its row's id where the table has one; commits are known by repository and sha. */
type IdOf = (fact: Fact) => string

/** The natural key, as text. */
function keyOf(fact: Fact): string {
  switch (fact.table) {
    case 'deployment_records':
      return `${fact.table} ${fact.source} ${fact.externalId}`
    case 'commits':
      return `${fact.table} ${fact.repository} ${fact.sha}`
    case 'pr_events':
      return `${fact.table} ${fact.repository} ${fact.prNumber} ${fact.action} ${fact.occurredAt.getTime()}`
    case 'work_item_events':
      return `${fact.table} ${fact.source} ${fact.itemKey} ${fact.externalId}`
    case 'incident_events':
      return `${fact.table} ${fact.source} ${fact.incidentKey} ${fact.action} ${fact.occurredAt.getTime()}`
  }
}

type Table = Fact['table']
type FactOf<T extends Table> = Extract<Fact, { table: T }>

export async function recordFacts(tx: TenantTx, facts: readonly Fact[]): Promise<IdOf> {
  const { tenantId } = tx
  const ids = new Map<string, string>()
  const remember = (fact: unknown, id: number | string) => ids.set(keyOf(fact as Fact), String(id))
  const of = <T extends Table>(table: T) => ({
    tenantId,
    facts: facts.filter((fact): fact is FactOf<T> => fact.table === table),
  })

  const deployments = of('deployment_records')
  if (deployments.facts.length > 0)
    for (const row of await tx.rows(writeDeployments, deployments))
      remember({ table: 'deployment_records', ...row }, row.id)
  const commits = of('commits')
  if (commits.facts.length > 0) await tx.run(writeCommits, commits)
  const pullRequests = of('pr_events')
  if (pullRequests.facts.length > 0)
    for (const row of await tx.rows(writePullRequests, pullRequests)) remember({ table: 'pr_events', ...row }, row.id)
  const workItems = of('work_item_events')
  if (workItems.facts.length > 0)
    for (const row of await tx.rows(writeWorkItems, workItems)) remember({ table: 'work_item_events', ...row }, row.id)
  const incidents = of('incident_events')
  if (incidents.facts.length > 0)
    for (const row of await tx.rows(writeIncidents, incidents)) remember({ table: 'incident_events', ...row }, row.id)

  return (fact) => {
    if (fact.table === 'commits') return `${fact.repository}@${fact.sha}`
    const id = ids.get(keyOf(fact))
    if (id === undefined) throw new Error(`a fact was written and not returned: ${keyOf(fact)}`)
    return id
  }
}
