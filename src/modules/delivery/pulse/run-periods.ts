/** What comes due by the clock: periods end and begin, people are asked once and reminded once. Repeating it changes nothing. */
import { audit } from '#kernel/audit/index.ts'
import { randomToken, uuidv7 } from '#kernel/clock/index.ts'
import type { Context } from '#kernel/context/index.ts'
import { sha256 } from '#kernel/crypto/index.ts'
import type { TenantTx } from '#kernel/database/index.ts'
import type { PulseDeps } from './deps.ts'
import { pulseMail } from './mails.ts'
import {
  addUp,
  deleteAnswers,
  deleteInvitations,
  endedPeriods,
  endPeriod,
  insertInvitations,
  insertPeriod,
  keepComments,
  markReminded,
  notAnswered,
  notInvited,
  openSurveys,
  type PeriodRow,
  raiseTeamSize,
  runningPeriods,
  setReminders,
  tenantsWithWork,
} from './period-queries.ts'
import { periodOf } from './periods.ts'
import { leastAnswers } from './schemas.ts'

type Done = { ended: number; begun: number; asked: number; reminded: number }
/** Mails a transaction. */
const batch = 100
const tokenBytes = 32

const jobContext = (tenantId: string): Context => ({
  tenantId,
  actor: { type: 'job', id: 'pulse', name: 'pulse' },
  permissions: new Set(),
})

/** One run over all tenants; one that fails does not keep the others from theirs. */
export async function runPulse(deps: PulseDeps): Promise<string> {
  const tenants = await deps.database.platformTx('pulse', (tx) => tx.rows(tenantsWithWork, undefined))
  const done: Done = { ended: 0, begun: 0, asked: 0, reminded: 0 }
  const failures: unknown[] = []
  for (const { id } of tenants) await runTenant(deps, jobContext(id), done).catch((error) => failures.push(error))
  if (failures.length > 0)
    throw new AggregateError(failures, `${failures.length} of ${tenants.length} tenants failed: ${failures[0]}`)
  return `${done.ended} periods ended, ${done.begun} begun, ${done.asked} people asked, ${done.reminded} reminded`
}

async function runTenant(deps: PulseDeps, ctx: Context, done: Done): Promise<void> {
  const { database } = deps
  done.ended += await database.tenantTx(ctx, (tx) => endPeriods(tx, ctx))
  done.begun += await database.tenantTx(ctx, (tx) => beginPeriods(tx, ctx))
  // Whoever is asked in this run is not reminded by it: reminders go to those asked on an earlier day.
  for (const write of [ask, remind]) {
    let sent: number
    do {
      sent = await database.tenantTx(ctx, (tx) => write(deps, tx))
      done[write === ask ? 'asked' : 'reminded'] += sent
    } while (sent > 0)
  }
}

/** Adds up what was said, and deletes who said what and who was asked. */
async function endPeriods(tx: TenantTx, ctx: Context): Promise<number> {
  const ended = await tx.rows(endedPeriods, undefined)
  for (const { id: periodId } of ended) {
    await tx.run(addUp, { periodId })
    await tx.run(keepComments, { periodId })
    const { surveyId, answers, teamSize, endsOn } = (await tx.row(endPeriod, { periodId }))!
    await tx.run(deleteAnswers, { periodId })
    await tx.run(deleteInvitations, { periodId })
    await audit(tx, ctx, {
      action: 'pulse.period-ended',
      subject: `pulse_survey:${surveyId}`,
      after: { ends_on: endsOn, answers, team_size: teamSize, shown: answers >= leastAnswers },
    })
  }
  return ended.length
}

/** A period that was missed because nothing ran is not made up for: nobody could have answered it. */
async function beginPeriods(tx: TenantTx, ctx: Context): Promise<number> {
  let begun = 0
  for (const survey of await tx.rows(openSurveys, undefined)) {
    const period = survey.hasPeriod ? undefined : periodOf(survey, survey.today)
    if (!period) continue
    if ((await tx.run(insertPeriod, { id: uuidv7(), surveyId: survey.id, ...period })) === 0) continue
    begun++
    const after = { starts_on: period.startsOn, ends_on: period.endsOn }
    await audit(tx, ctx, { action: 'pulse.period-begun', subject: `pulse_survey:${survey.id}`, after })
  }
  return begun
}

/** Asks up to a batch of people who were not yet; returns how many. */
async function ask(deps: PulseDeps, tx: TenantTx): Promise<number> {
  for (const period of await tx.rows(runningPeriods, undefined)) {
    const people = await tx.rows(notInvited, { periodId: period.id, limit: batch })
    if (people.length === 0) continue
    const { addresses, tokens, hashes } = linksFor(people)
    await tx.run(insertInvitations, { tenantId: tx.tenantId, periodId: period.id, addresses, hashes })
    await tx.run(raiseTeamSize, { periodId: period.id })
    await sendAll(deps, tx, period, addresses, tokens, 'invitation')
    return people.length
  }
  return 0
}

/** Reminds up to a batch of those who have not answered, once, when half of the period is over. */
async function remind(deps: PulseDeps, tx: TenantTx): Promise<number> {
  for (const period of await tx.rows(runningPeriods, undefined)) {
    if (!period.remind) continue
    const people = await tx.rows(notAnswered, { periodId: period.id, limit: batch })
    if (people.length === 0) {
      await tx.run(markReminded, { periodId: period.id })
      continue
    }
    const { addresses, tokens, hashes } = linksFor(people)
    await tx.run(setReminders, { tenantId: tx.tenantId, periodId: period.id, addresses, hashes })
    await sendAll(deps, tx, period, addresses, tokens, 'reminder')
    return people.length
  }
  return 0
}

function linksFor(people: readonly { address: string }[]) {
  const tokens = people.map(() => randomToken(tokenBytes))
  return { addresses: people.map(({ address }) => address), tokens, hashes: tokens.map((token) => sha256(token)) }
}

async function sendAll(
  { mail }: PulseDeps,
  tx: TenantTx,
  period: PeriodRow,
  addresses: readonly string[],
  tokens: readonly string[],
  kind: 'invitation' | 'reminder',
) {
  for (const [index, to] of addresses.entries())
    await mail.send(tx, { to, confidential: true, ...pulseMail(mail, period, tokens[index]!, kind) })
}
