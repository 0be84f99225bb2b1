/**
 * What one evaluation of a condition means for its alerts: a pure rule over what is known and what was found.
 *
 * raised → acknowledged → resolved. A finding without an open alert raises one, or reopens the one that resolved a short
 * while ago. An open alert that is not found any more resolves only when it stayed clean long enough. An acknowledged one stays
 * acknowledged until then, unless it becomes more severe.
 */
import { type Finding, type Severity, severities } from '#kernel/alerts/index.ts'

/** An open alert, or the newest resolved one of its subject while it may still be reopened. */
export type KnownAlert = {
  readonly id: string
  readonly tenantId: string
  readonly subject: string
  readonly severity: Severity
  readonly state: 'raised' | 'acknowledged' | 'resolved'
  readonly detail: string
  readonly cleanSince: Date | null
}
/** Found, but not yet for long enough. */
export type Pending = {
  readonly tenantId: string
  readonly subject: string
  readonly foundSince: Date
  readonly lastFoundAt: Date
}
export type Found = Finding & { readonly tenantId: string; readonly severity: Severity }

export type Situation = {
  readonly now: Date
  readonly resolveAfterMinutes: number
  readonly known: readonly KnownAlert[]
  readonly pending: readonly Pending[]
  readonly found: readonly Found[]
}

export type Plan = {
  /** Open and found again: figures are refreshed. */
  readonly kept: readonly { readonly alert: KnownAlert; readonly found: Found }[]
  readonly severityChanged: readonly { readonly alert: KnownAlert; readonly found: Found }[]
  readonly raised: readonly Found[]
  readonly reopened: readonly { readonly alert: KnownAlert; readonly found: Found }[]
  /** Open, not found for the first time in a row. */
  readonly turnedClean: readonly KnownAlert[]
  readonly resolved: readonly KnownAlert[]
  /** All that is pending after this evaluation. */
  readonly pending: readonly Pending[]
}

const minuteMs = 60_000
/** Evaluations further apart than this say nothing about the time between them. */
const gapMs = 3 * minuteMs

const keyOf = ({ tenantId, subject }: { tenantId: string; subject: string }) => `${tenantId} ${subject}`
const rank = (severity: Severity) => severities.indexOf(severity)

/** True when the first of the two is the more severe. */
export const isWorse = (severity: Severity, than: Severity): boolean => rank(severity) > rank(than)

/** Of several findings about one subject the most severe counts. */
function bySubject(found: readonly Found[]): Map<string, Found> {
  const worst = new Map<string, Found>()
  for (const finding of found) {
    const other = worst.get(keyOf(finding))
    if (!other || isWorse(finding.severity, other.severity)) worst.set(keyOf(finding), finding)
  }
  return worst
}

export function planAlerts({ now, resolveAfterMinutes, known, pending, found }: Situation): Plan {
  const findings = bySubject(found)
  const waiting = new Map(pending.map((row) => [keyOf(row), row]))
  const open = known.filter(({ state }) => state !== 'resolved')
  const openKeys = new Set(open.map(keyOf))
  const closed = new Map(known.filter(({ state }) => state === 'resolved').map((alert) => [keyOf(alert), alert]))

  const again = open.flatMap((alert) => {
    const finding = findings.get(keyOf(alert))
    return finding ? [{ alert, found: finding }] : []
  })
  const clean = open.filter((alert) => !findings.has(keyOf(alert)))
  const resolves = ({ cleanSince }: KnownAlert) =>
    now.getTime() - (cleanSince ?? now).getTime() >= resolveAfterMinutes * minuteMs

  const stillPending: Pending[] = []
  const due: Found[] = []
  for (const [key, finding] of findings) {
    if (openKeys.has(key)) continue
    const before = waiting.get(key)
    const unbroken = before && now.getTime() - before.lastFoundAt.getTime() <= gapMs
    const foundSince = unbroken ? before.foundSince : now
    if (now.getTime() - foundSince.getTime() >= (finding.forMinutes ?? 0) * minuteMs) due.push(finding)
    else stillPending.push({ tenantId: finding.tenantId, subject: finding.subject, foundSince, lastFoundAt: now })
  }
  return {
    kept: again,
    severityChanged: again.filter(({ alert, found: finding }) => alert.severity !== finding.severity),
    raised: due.filter((finding) => !closed.has(keyOf(finding))),
    reopened: due.flatMap((finding) => {
      const alert = closed.get(keyOf(finding))
      return alert ? [{ alert, found: finding }] : []
    }),
    turnedClean: clean.filter((alert) => alert.cleanSince === null && !resolves(alert)),
    resolved: clean.filter(resolves),
    pending: stillPending,
  }
}
