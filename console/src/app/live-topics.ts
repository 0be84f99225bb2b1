/**
 * What is asked again when a topic changes. Topics are the first words of events and of audit actions; queries are named by the
 * first word of their keys. A topic without a line here renews queries of its own name.
 */
const queriesOf: Readonly<Record<string, readonly string[]>> = {
  access: ['api-keys'],
  alerts: ['alerts', 'integration-health'],
  delivery: [
    'dora',
    'dora-streams',
    'lead-time',
    'streams',
    'deployments',
    'deployment',
    'incidents',
    'events',
    'event',
    'work',
    'connect',
  ],
  intake: ['events', 'event', 'connections', 'connect', 'integration-health', 'work'],
  operations: ['work', 'dead-letters', 'work-row', 'schedules', 'events', 'event', 'alerts'],
  retention: ['retention'],
  settings: ['settings', 'bands', 'dora', 'dora-streams'],
  people: ['account', 'people', 'members', 'access-review'],
  tenants: [
    'session',
    'members',
    'invitations',
    'tenant',
    'tenants',
    'registrations',
    'support-access',
    'access-review',
    'people',
  ],
  members: ['session', 'members', 'invitations', 'access-review'],
  sso: ['oidc-mappings', 'session', 'members'],
  mail: ['mail'],
  audit: ['anomalies'],
  dial: ['dial-allowances'],
}

/** First words of the keys of the queries to renew; whatever changed, the audit log has a new line. */
export function queriesToRenew(topics: readonly string[]): ReadonlySet<string> {
  return new Set([...topics.flatMap((topic) => [topic, ...(queriesOf[topic] ?? [])]), 'audit'])
}
