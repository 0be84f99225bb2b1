/** What intake calls with a batch of events of one tenant. */
import type { TenantTx } from '#kernel/database/index.ts'
import type { EventLog } from '#kernel/events/index.ts'
import type { IncomingEvent, Processed, Processor } from '#modules/intake/index.ts'
import { type Touched, tellRecorded } from './events.ts'
import type { Fact, Mapped } from './fact-rows.ts'
import { mapGeneric } from './generic/map-generic.ts'
import { mapGithub } from './github/map-github.ts'
import type { HashPerson } from './github/pull-requests.ts'
import { mapJira } from './jira/map-jira.ts'
import { linkPullRequestsOf, type PullRequestKey } from './link-pull-requests.ts'
import { recordFacts } from './record-facts.ts'
import { readGithubSettings, readJiraSettings } from './settings.ts'

export type ProcessorDeps = {
  /** HMAC of a login; nothing else of a person is stored. */
  readonly hashPerson: HashPerson
  readonly eventLog: EventLog
}

export const githubProcessor = ({ hashPerson, eventLog }: ProcessorDeps): Processor => ({
  source: 'github',
  async process(tx, events) {
    const settings = await readGithubSettings(tx)
    return record(tx, eventLog, events, ({ type, payload }) => mapGithub(type, payload, settings, hashPerson))
  },
})

export const jiraProcessor = ({ eventLog }: Pick<ProcessorDeps, 'eventLog'>): Processor => ({
  source: 'jira',
  async process(tx, events) {
    const settings = await readJiraSettings(tx)
    return record(tx, eventLog, events, ({ payload }) => mapJira(payload, settings))
  },
})

/** Every source that has no processor of its own. */
export const genericProcessor = ({ eventLog }: Pick<ProcessorDeps, 'eventLog'>): Processor => ({
  source: 'events',
  process: (tx, events) => record(tx, eventLog, events, mapGeneric),
})

async function record(
  tx: TenantTx,
  eventLog: EventLog,
  events: readonly IncomingEvent[],
  map: (event: IncomingEvent) => Mapped,
): Promise<readonly Processed[]> {
  const mapped = events.map(map)
  const facts = mapped.flatMap((one) => (typeof one === 'string' ? [] : one))
  const idOf = await recordFacts(tx, facts)
  await linkPullRequestsOf(tx, pullRequestsIn(facts), commitsIn(facts))
  await tellRecorded(tx, eventLog, touchedBy(facts))
  return mapped.map((one) =>
    typeof one === 'string' ? { outcome: one, facts: [] } : { outcome: 'recorded', facts: refsOf(one, idOf) },
  )
}

function refsOf(facts: readonly Fact[], idOf: (fact: Fact) => string) {
  const ids = new Map(facts.map((fact) => [`${fact.table} ${idOf(fact)}`, { table: fact.table, id: idOf(fact) }]))
  return [...ids.values()]
}

function pullRequestsIn(facts: readonly Fact[]): PullRequestKey[] {
  const pairs = new Map<string, PullRequestKey>()
  for (const fact of facts) {
    if (fact.table !== 'pr_events' && fact.table !== 'commits') continue
    const { repository, prNumber } = fact
    if (prNumber !== null) pairs.set(`${repository}#${prNumber}`, { repository, prNumber })
  }
  return [...pairs.values()]
}

const commitsIn = (facts: readonly Fact[]) => facts.filter((fact) => fact.table === 'commits')

/** What must be derived again: distinct and sorted. */
function touchedBy(facts: readonly Fact[]): Touched {
  const repositories = new Set<string>()
  const incidents = new Map<string, Named>()
  const workItems = new Map<string, Named>()
  for (const fact of facts)
    if (fact.table === 'incident_events')
      incidents.set(`${fact.source} ${fact.incidentKey}`, { source: fact.source, key: fact.incidentKey })
    else if (fact.table === 'work_item_events')
      workItems.set(`${fact.source} ${fact.itemKey}`, { source: fact.source, key: fact.itemKey })
    else repositories.add(fact.repository)
  return { repositories: [...repositories].sort(), incidents: sorted(incidents), items: sorted(workItems) }
}

type Named = { readonly source: string; readonly key: string }
const sorted = (named: ReadonlyMap<string, Named>): Named[] =>
  [...named.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one)
