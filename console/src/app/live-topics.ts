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
    'receipt',
    'receipt-changes',
    'flow',
    'velocity',
    'sprint',
    'streams',
    'deployments',
    'deployment',
    'incidents',
    'events',
    'event',
    'work',
    'connect',
  ],
  flow: ['forecast'],
  intake: ['events', 'event', 'connections', 'connect', 'integration-health', 'work'],
  notifications: ['notifications'],
  operations: ['work', 'dead-letters', 'work-row', 'schedules', 'events', 'event', 'alerts'],
  retention: ['retention'],
  // The session too: whether a second factor is demanded is a setting.
  settings: ['settings', 'bands', 'dora', 'dora-streams', 'flow', 'session'],
  sprints: ['velocity', 'sprint'],
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
  // Not what the account at GitHub sees: GitHub counts each question.
  repositories: ['connections', 'connect'],
  sso: ['oidc-mappings', 'session', 'members'],
  mail: ['mail'],
  pulse: ['pulse-surveys'],
  audit: ['anomalies'],
  dial: ['dial-allowances'],
}

/** First words of the keys of the queries to renew; whatever changed, the audit log has a new line. */
export function queriesToRenew(topics: readonly string[]): ReadonlySet<string> {
  return new Set([...topics.flatMap((topic) => [topic, ...(queriesOf[topic] ?? [])]), 'audit'])
}
