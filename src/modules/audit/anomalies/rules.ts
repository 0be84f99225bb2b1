/**
 * What stands out in a day of a tenant's audit trail, compared with the thirty days before it. Pure: figures in, anomalies out.
 * Names of rules are stable; people filter by them.
 */
export type Severity = 'LOW' | 'MEDIUM' | 'HIGH' | 'CRITICAL'

/** Events of one actor and action in one hour (UTC) of the day. */
export type Group = {
  readonly actorType: string
  readonly actorId: string
  readonly actorName: string
  readonly module: string
  readonly action: string
  readonly hour: number
  readonly count: number
  /** `seq` of the first events of it, at most 20. */
  readonly seqs: readonly number[]
  /** Subjects of these events, so that people see what it was about. */
  readonly subjects: readonly string[]
  /** One of the events made somebody an administrator of the installation. */
  readonly madePlatformAdmin: boolean
}

/** What an actor did in the thirty days before. */
export type ActorPast = {
  readonly actorId: string
  readonly events: number
  readonly days: number
  /** Hours (UTC) in which it did something. */
  readonly hours: readonly number[]
  /** Most deletions on one day. */
  readonly deletionsMax: number
}
/** How often an action happened in the thirty days before. */
export type ActionPast = { readonly action: string; readonly dayMax: number }

export type Day = {
  readonly groups: readonly Group[]
  readonly actors: readonly ActorPast[]
  readonly actions: readonly ActionPast[]
  /** Days before this one on which anything was audited. A young trail has nothing to compare with. */
  readonly pastDays: number
}

export type Anomaly = {
  readonly rule: string
  readonly severity: Severity
  readonly subject: string
  readonly detail: string
  readonly count: number
  readonly evidence: readonly number[]
}

type Rule = {
  readonly name: string
  readonly severity: Severity
  readonly summary: string
  readonly find: (day: Day) => Omit<Anomaly, 'rule' | 'severity'>[]
}

/** Fewer days than this are no habit. */
const habitDays = 7
const burstLeast = 50
const burstTimes = 5
const deletionsLeast = 20
const deletionsTimes = 3
const habitEvents = 20
const signInFailuresLeast = 10
const locksLeast = 3
const maxEvidence = 20

/** The same words as `deletion` of the queries. */
export const deletionPattern = '(^delete\\.|[.-](deleted|removed|revoked|purged|erased)$)'
const isDeletion = (action: string) => new RegExp(deletionPattern).test(action)
const isSignInFailure = (action: string) => /sign-in-(failed|refused)|second-factor-(failed|refused)/.test(action)
/** An account, or the address that was tried, was locked: each stands for many failures. */
const isLock = (action: string) => /(sign-in|totp|second-factor)-locked/.test(action)
const isReplay = (action: string) => /refresh-replayed|counter-went-back/.test(action)
const isRoleChange = (action: string) =>
  /role-|-role|member-(?!seen)|mapping-|support-opened|administrator-made/.test(action)
const isKeyChange = (action: string) => /[.-]keys?-(created|rotated|revoked)/.test(action)
/** Those who choose when they act; jobs and commands follow the clock or an operator at the terminal. */
const chooses = ({ actorType }: Group) => ['person', 'key', 'session', 'operator'].includes(actorType)

type Sum = { count: number; evidence: number[]; subjects: Set<string>; groups: Group[] }

function sumBy(groups: readonly Group[], keyOf: (group: Group) => string): Map<string, Sum> {
  const sums = new Map<string, Sum>()
  for (const group of groups) {
    const key = keyOf(group)
    const sum = sums.get(key) ?? { count: 0, evidence: [], subjects: new Set<string>(), groups: [] }
    sum.count += group.count
    sum.evidence.push(...group.seqs)
    for (const subject of group.subjects) sum.subjects.add(subject)
    sum.groups.push(group)
    sums.set(key, sum)
  }
  for (const sum of sums.values()) sum.evidence = sum.evidence.sort((a, b) => a - b).slice(0, maxEvidence)
  return sums
}

const who = ({ groups: [group] }: Sum) => `${group!.actorName} (${group!.actorType})`
const actorSubject = ({ groups: [group] }: Sum) => `${group!.actorType}:${group!.actorId}`
const some = (names: Iterable<string>) => {
  const all = [...names]
  return all.slice(0, 3).join(', ') + (all.length > 3 ? ` and ${all.length - 3} more` : '')
}
const hourText = (hour: number) => `${String(hour).padStart(2, '0')}:00`
const byActor = (groups: readonly Group[]) => [
  ...sumBy(groups, ({ actorType, actorId }) => `${actorType}:${actorId}`).values(),
]

export const rules: readonly Rule[] = [
  {
    name: 'first-time-actor',
    severity: 'LOW',
    summary: 'Somebody acts who did nothing in the thirty days before',
    find({ groups, actors, pastDays }) {
      if (pastDays < habitDays) return []
      const known = new Set(actors.map(({ actorId }) => actorId))
      return byActor(groups.filter((group) => chooses(group) && !known.has(group.actorId))).map((sum) => ({
        subject: actorSubject(sum),
        detail: `${who(sum)} acted for the first time in thirty days: ${some(new Set(sum.groups.map(({ action }) => action)))}.`,
        count: sum.count,
        evidence: sum.evidence,
      }))
    },
  },
  {
    name: 'unusual-hour',
    severity: 'MEDIUM',
    summary: 'Somebody acts at an hour of the day at which they never did in the thirty days before',
    find({ groups, actors }) {
      const past = new Map(actors.map((actor) => [actor.actorId, actor]))
      const odd = groups.filter((group) => {
        const habit = past.get(group.actorId)
        if (!chooses(group) || !habit || habit.events < habitEvents || habit.days < habitDays) return false
        return !habit.hours.some((hour) => [0, 1, 23].includes((group.hour - hour + 24) % 24))
      })
      return byActor(odd).map((sum) => ({
        subject: actorSubject(sum),
        detail: `${who(sum)} acted at ${some(new Set(sum.groups.map(({ hour }) => hourText(hour))))} UTC, an hour away from any at which it did in thirty days.`,
        count: sum.count,
        evidence: sum.evidence,
      }))
    },
  },
  {
    name: 'burst-of-one-action',
    severity: 'MEDIUM',
    summary: `One action happens ${burstTimes} times as often as on any of the thirty days before`,
    find({ groups, actions }) {
      const past = new Map(actions.map(({ action, dayMax }) => [action, dayMax]))
      return [...sumBy(groups, ({ action }) => action)].flatMap(([action, sum]) => {
        const most = past.get(action) ?? 0
        if (sum.count < burstLeast || sum.count < burstTimes * most) return []
        return [
          {
            subject: action,
            detail: `${action} happened ${sum.count} times, by ${some(new Set(sum.groups.map(({ actorName }) => actorName)))}; the most on one day before was ${most}.`,
            count: sum.count,
            evidence: sum.evidence,
          },
        ]
      })
    },
  },
  {
    name: 'many-deletions',
    severity: 'HIGH',
    summary: `Somebody deletes or revokes at least ${deletionsLeast} things, and ${deletionsTimes} times as many as on any day before`,
    find({ groups, actors }) {
      const past = new Map(actors.map(({ actorId, deletionsMax }) => [actorId, deletionsMax]))
      return byActor(groups.filter(({ action }) => isDeletion(action))).flatMap((sum) => {
        const most = past.get(sum.groups[0]!.actorId) ?? 0
        if (sum.count < deletionsLeast || sum.count < deletionsTimes * most) return []
        return [
          {
            subject: actorSubject(sum),
            detail: `${who(sum)} deleted or revoked ${sum.count} things (${some(new Set(sum.groups.map(({ action }) => action)))}); the most on one day before was ${most}.`,
            count: sum.count,
            evidence: sum.evidence,
          },
        ]
      })
    },
  },
  {
    name: 'sign-in-failures',
    severity: 'HIGH',
    summary: `Sign-ins failed at least ${signInFailuresLeast} times, or were locked at least ${locksLeast} times`,
    find({ groups }) {
      const failed = groups.filter(({ action }) => isSignInFailure(action) || isLock(action))
      const sum = sumBy(failed, () => 'all').get('all')
      const locks = failed.filter(({ action }) => isLock(action)).reduce((total, { count }) => total + count, 0)
      if (!sum || (locks < locksLeast && sum.count < signInFailuresLeast)) return []
      const detail = `Sign-ins failed or were locked ${sum.count} times, of ${some(sum.subjects)}.`
      return [{ subject: 'sign-in', detail, count: sum.count, evidence: sum.evidence }]
    },
  },
  {
    name: 'credential-replayed',
    severity: 'HIGH',
    summary: 'A credential that had been used up was used again: somebody may hold a copy',
    find: ({ groups }) =>
      changes(
        groups.filter(({ action }) => isReplay(action)),
        'used a credential again',
      ),
  },
  {
    name: 'role-change',
    severity: 'LOW',
    summary: 'Roles or memberships changed',
    find: ({ groups }) =>
      changes(
        groups.filter(({ action, module }) => module !== 'operator' && isRoleChange(action)),
        'changed roles or memberships',
      ),
  },
  {
    name: 'key-change',
    severity: 'LOW',
    summary: 'API keys or signing keys were made, rotated or revoked',
    find: ({ groups }) =>
      changes(
        groups.filter(({ action, module }) => module !== 'operator' && isKeyChange(action)),
        'made, rotated or revoked keys',
      ),
  },
  {
    name: 'operator-sql',
    severity: 'HIGH',
    summary: 'Rows were changed with SQL by the operator role',
    find: ({ groups }) =>
      changes(
        groups.filter(({ module }) => module === 'operator'),
        'changed rows with SQL',
      ),
  },
  {
    name: 'new-platform-admin',
    severity: 'CRITICAL',
    summary: 'Somebody became an administrator of the installation',
    find: ({ groups }) =>
      changes(
        groups.filter(({ madePlatformAdmin, action }) => madePlatformAdmin || action.endsWith('.administrator-made')),
        'made somebody an administrator of the installation',
      ),
  },
]

const changes = (groups: readonly Group[], did: string): Omit<Anomaly, 'rule' | 'severity'>[] =>
  byActor(groups).map((sum) => ({
    subject: actorSubject(sum),
    detail: `${who(sum)} ${did} ${sum.count === 1 ? 'once' : `${sum.count} times`}: ${some(new Set(sum.groups.map(({ action }) => action)))}, of ${some(sum.subjects)}.`,
    count: sum.count,
    evidence: sum.evidence,
  }))

/** All that stands out, in the order of the rules. */
export const findAnomalies = (day: Day): Anomaly[] =>
  rules.flatMap(({ name, severity, find }) => find(day).map((found) => ({ rule: name, severity, ...found })))
