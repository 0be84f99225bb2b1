/** Surveys: made, changed, closed. Whom they ask is told to those who may change them, and to no audit. */
import type { z } from 'zod'
import { audit } from '#kernel/audit/index.ts'
import { uuidv7 } from '#kernel/clock/index.ts'
import { type Context, requirePermission } from '#kernel/context/index.ts'
import type { TenantTx } from '#kernel/database/index.ts'
import { invalidRequest, notFound, Problem } from '#kernel/errors/index.ts'
import { knownStream, requireStream } from '#modules/delivery/facts/index.ts'
import type { PulseDeps } from './deps.ts'
import { lockPeriodsOfSurvey, raiseTeamSize } from './period-queries.ts'
import { surveyClosed, surveyOpen } from './problems.ts'
import type { newSurvey, Survey, surveyChange, surveyDetail } from './schemas.ts'
import { rate } from './score.ts'
import {
  closeSurveyRow,
  deleteOtherAddresses,
  insertAddresses,
  insertSurvey,
  lockSurvey,
  type SurveyRow,
  selectAddresses,
  selectSurveys,
  today,
  updateSurvey,
} from './survey-queries.ts'

type Detail = z.output<typeof surveyDetail>

/** Those of the streams that the caller may see; without addresses. */
export async function listSurveys({ database }: Pick<PulseDeps, 'database'>, ctx: Context): Promise<Survey[]> {
  requirePermission(ctx, 'pulse:read')
  const only = ctx.streams ? [...ctx.streams] : null
  return (await database.tenantRead(ctx, (tx) => tx.rows(selectSurveys, { id: null, only }))).map(toReply)
}

/** One survey with whom it asks. */
export async function readSurvey({ database }: Pick<PulseDeps, 'database'>, ctx: Context, id: string): Promise<Detail> {
  requirePermission(ctx, 'pulse:write')
  return database.tenantRead(ctx, async (tx) => {
    const [row] = await tx.rows(selectSurveys, { id, only: null })
    if (!row) throw noSurvey()
    requireStream(ctx, row.stream)
    return detailOf(tx, id)
  })
}

/** Makes a survey; the schedule opens its first period and sends the mails. */
export async function createSurvey(
  { database }: Pick<PulseDeps, 'database'>,
  ctx: Context,
  input: z.output<typeof newSurvey>,
): Promise<Detail> {
  requirePermission(ctx, 'pulse:write')
  const { stream, addresses, questions, comments, cadence, team_size: teamSize } = input
  requireStream(ctx, stream)
  requireRoom(teamSize, addresses.length)
  return database.tenantTx(ctx, async (tx) => {
    await knownStream(tx, stream)
    const now = (await tx.row(today, undefined))!.today
    const startsOn = input.starts_on ?? now
    if (startsOn < now || startsOn > '2200-12-31') throw refused('starts_on', `expected ${now} or a later day`)
    const { tenantId } = tx
    const id = uuidv7()
    const made = await tx.run(insertSurvey, { tenantId, id, stream, teamSize, questions, comments, cadence, startsOn })
    if (made === 0) throw new Problem(surveyOpen, 'The stream has a survey that is open.')
    await tx.run(insertAddresses, { tenantId, id, addresses })
    const after = await detailOf(tx, id)
    await audit(tx, ctx, { action: 'pulse.survey-created', subject: subjectOf(id), after: told(after) })
    return after
  })
}

/** Questions count from the next period on; people are asked, or asked no more, from now on. */
export async function changeSurvey(
  { database }: Pick<PulseDeps, 'database'>,
  ctx: Context,
  id: string,
  change: z.output<typeof surveyChange>,
): Promise<Detail> {
  requirePermission(ctx, 'pulse:write')
  return database.tenantTx(ctx, async (tx) => {
    const before = await lockedSurvey(tx, ctx, id)
    const { questions, comments, addresses } = { ...before, ...change } as Detail
    const teamSize = change.team_size === undefined ? before.team_size : change.team_size
    requireRoom(teamSize, addresses.length)
    await tx.run(updateSurvey, { id, teamSize, questions, comments })
    const asked = { tenantId: tx.tenantId, id, addresses }
    if (change.addresses) {
      await tx.run(deleteOtherAddresses, asked)
      await tx.run(insertAddresses, asked)
    }
    if (change.addresses || change.team_size !== undefined)
      for (const { periodId } of await tx.rows(lockPeriodsOfSurvey, { id })) await tx.run(raiseTeamSize, { periodId })
    const after = await detailOf(tx, id)
    await audit(tx, ctx, {
      action: 'pulse.survey-changed',
      subject: subjectOf(id),
      before: told(before),
      after: { ...told(after), ...(change.addresses ? comings(before.addresses, after.addresses) : {}) },
    })
    return after
  })
}

/** No period begins any more; one that is open runs to its end. */
export async function closeSurvey(
  { database }: Pick<PulseDeps, 'database'>,
  ctx: Context,
  id: string,
): Promise<Detail> {
  requirePermission(ctx, 'pulse:write')
  return database.tenantTx(ctx, async (tx) => {
    const before = await lockedSurvey(tx, ctx, id)
    await tx.run(closeSurveyRow, { id })
    await audit(tx, ctx, { action: 'pulse.survey-closed', subject: subjectOf(id), before: told(before) })
    return detailOf(tx, id)
  })
}

async function lockedSurvey(tx: TenantTx, ctx: Context, id: string): Promise<Detail> {
  const locked = await tx.row(lockSurvey, { id })
  if (!locked) throw noSurvey()
  requireStream(ctx, locked.stream)
  if (locked.closed) throw new Problem(surveyClosed, 'The survey was closed; nobody is asked any more.')
  return detailOf(tx, id)
}

async function detailOf(tx: TenantTx, id: string): Promise<Detail> {
  const row = (await tx.row(selectSurveys, { id, only: null }))!
  const addresses = (await tx.rows(selectAddresses, { id })).map(({ address }) => address)
  return { ...toReply(row), addresses }
}

const toReply = (row: SurveyRow): Survey => ({
  id: row.id,
  stream: row.stream,
  stream_name: row.streamName,
  questions: row.questions,
  comments: row.comments,
  cadence: row.cadence,
  starts_on: row.startsOn,
  asked: row.asked,
  team_size: row.teamSize,
  closed_at: row.closedAt?.toISOString() ?? null,
  period:
    row.periodStartsOn === null
      ? null
      : {
          starts_on: row.periodStartsOn,
          ends_on: row.periodEndsOn!,
          answers: row.periodAnswers,
          team_size: row.periodTeamSize!,
          response_rate: rate(row.periodAnswers, row.periodTeamSize!),
        },
})

/** What the audit trail keeps for good: how many are asked, not who. */
const told = ({ stream, questions, comments, cadence, starts_on, asked, team_size }: Survey) => ({
  stream,
  questions,
  comments,
  cadence,
  starts_on,
  asked,
  team_size,
})

/** A survey of few real people among many made-up addresses shows here. */
const comings = (before: readonly string[], after: readonly string[]) => ({
  addresses_added: after.filter((address) => !before.includes(address)).length,
  addresses_removed: before.filter((address) => !after.includes(address)).length,
})

function requireRoom(teamSize: number | null, asked: number) {
  if (teamSize !== null && teamSize < asked) throw refused('team_size', `expected at least the ${asked} who are asked`)
}

const subjectOf = (id: string) => `pulse_survey:${id}`
const noSurvey = () => new Problem(notFound, 'No pulse survey has this id.')
const refused = (field: string, detail: string) =>
  new Problem(invalidRequest, 'The survey cannot be like this.', { errors: [{ pointer: `#/${field}`, detail }] })
