/** What each answer means for the person who looks, in one short line. Pure but for the clock. */
import type { z } from 'zod'
import type { alertList, integrationHealth } from '#modules/alerts/schemas.ts'
import type { anomalyPage } from '#modules/audit/schemas.ts'
import type { mailList } from '#modules/mail/schemas.ts'
import type { workList } from '#modules/operations/schemas.ts'
import type { accessReview, invitationList, registrationList } from '#modules/tenants/schemas.ts'
import { formatCount, formatRelative, plural } from '../../ui/format.ts'
import type { Need } from './needs.tsx'

/** After so many days nobody can say that access was looked through. */
const reviewEveryDays = 90
const dayMs = 86_400_000
const worstFirst = ['CRITICAL', 'HIGH', 'MEDIUM', 'LOW'] as const

const calm = (text: string): Need => ({ tone: 'calm', text })
const soon = (text: string): Need => ({ tone: 'soon', text })
const now = (text: string): Need => ({ tone: 'now', text })

/** `2 critical, 1 low`; acknowledged ones have somebody who looks after them. */
export function sayAlerts({ alerts, next_cursor: more }: z.output<typeof alertList>): Need {
  if (alerts.length === 0) return calm('none open')
  const raised = alerts.filter(({ state }) => state === 'raised')
  if (raised.length === 0) return calm(`${plural(alerts.length, 'alert')}, all acknowledged`)
  const counts = worstFirst.flatMap((severity) => {
    const count = raised.filter((alert) => alert.severity === severity).length
    return count > 0 ? [`${formatCount(count)} ${severity.toLowerCase()}`] : []
  })
  const text = counts.join(', ') + (more ? ' and more' : '')
  return raised.some(({ severity }) => severity === 'CRITICAL' || severity === 'HIGH') ? now(text) : soon(text)
}

export function saySources({ sources }: z.output<typeof integrationHealth>): Need {
  const like = (status: (typeof sources)[number]['status']) => sources.filter((one) => one.status === status)
  const [failing, stale, healthy] = [like('failing'), like('stale'), like('healthy')]
  const names = [...failing, ...stale].map(({ source, status }) => `${source} ${status}`).join(', ')
  if (failing.length > 0) return now(names)
  if (stale.length > 0) return soon(names)
  return calm(healthy.length === 0 ? 'nothing heard yet' : `${healthy.map(({ source }) => source).join(', ')} healthy`)
}

export function sayDeadLetters({ work }: z.output<typeof workList>): Need {
  const dead = work.filter((one) => one.dead_lettered > 0)
  if (dead.length === 0) return calm('none')
  const total = dead.reduce((sum, one) => sum + one.dead_lettered, 0)
  return now(`${formatCount(total)} of ${dead.length === 1 ? dead[0]!.name : plural(dead.length, 'kind')}`)
}

export function sayInvitations({ invitations }: z.output<typeof invitationList>): Need {
  const expired = invitations.filter(({ state }) => state === 'expired').length
  const pending = invitations.filter(({ state }) => state === 'pending').length
  if (expired > 0) return soon(`${formatCount(expired)} expired without an answer`)
  return calm(pending === 0 ? 'none open' : `${formatCount(pending)} waiting for an answer`)
}

export function sayReview({ counts, last_completed: last }: z.output<typeof accessReview>): Need {
  const since = last ? (Date.now() - Date.parse(last.at)) / dayMs : Number.POSITIVE_INFINITY
  const due = since > reviewEveryDays
  const done = last ? `reviewed ${formatRelative(last.at, Date.now())}` : 'never reviewed'
  // Alone there is nobody whose access one could have forgotten.
  if (counts.members <= 1 && counts.stale === 0) return calm('only you')
  if (counts.stale > 0 && due) return soon(`${plural(counts.stale, 'member')} not seen for long; ${done}`)
  return due ? soon(done) : calm(done)
}

export function sayAnomalies({ anomalies, next_cursor: more }: z.output<typeof anomalyPage>): Need {
  if (anomalies.length === 0) return calm('nothing unusual')
  const text = `${formatCount(anomalies.length)}${more ? ' or more' : ''} unusual, not acknowledged`
  return anomalies.some(({ severity }) => severity === 'CRITICAL' || severity === 'HIGH') ? now(text) : soon(text)
}

export function sayRegistrations({ registrations, next_cursor: more }: z.output<typeof registrationList>): Need {
  const [first] = registrations
  if (!first) return calm('nobody waits')
  if (registrations.length === 1) return soon(`${first.organisation} waits for a decision`)
  return soon(`${formatCount(registrations.length)}${more ? ' or more' : ''} wait for a decision`)
}

export function sayMails({ mails, next_cursor: more }: z.output<typeof mailList>): Need {
  if (mails.length === 0) return calm('none failed')
  return now(`${formatCount(mails.length)}${more === null ? '' : ' or more'} could not be delivered`)
}
