/** Answering: known by the token of a mail, and by nothing else. Neither use case reads or returns whom the link was sent to. */
import type { z } from 'zod'
import { hmacSha256, sha256 } from '#kernel/crypto/index.ts'
import type { PlatformTx } from '#kernel/database/index.ts'
import { invalidRequest, Problem } from '#kernel/errors/index.ts'
import {
  insertAnswer,
  lockPeriodOfToken,
  markAnswered,
  mixAnswers,
  mixInvitations,
  type PaperRow,
  paperByToken,
  replaceAnswer,
} from './answer-queries.ts'
import type { PulseDeps } from './deps.ts'
import { linkOver, otherLink } from './problems.ts'
import { leastAnswers, type pulseAnswer, type pulsePaper, type pulseThanks, questionTexts } from './schemas.ts'

/** Every link that asks nothing (now) is answered alike, one that never was included. */
async function paperOf(tx: PlatformTx, hash: Buffer): Promise<PaperRow> {
  const paper = await tx.row(paperByToken, { hash })
  if (!paper) throw new Problem(linkOver, 'Nothing is asked through this link.')
  return paper
}

/** What the page of a link shows. Looking records nothing: programs that check mails open links too. */
export const readPaper = ({ database }: PulseDeps, token: string): Promise<z.output<typeof pulsePaper>> =>
  database.platformTx('show a pulse survey', async (tx) => {
    const paper = await paperOf(tx, sha256(token))
    return {
      organisation: paper.organisation,
      stream: paper.stream ?? '',
      ends_on: paper.endsOn,
      asked: paper.asked,
      least_answers: leastAnswers,
      questions: paper.questions.map((id) => ({ id, text: questionTexts[id] })),
      comments: paper.comments,
      answered: paper.answered,
    }
  })

/** Records the answer of this link's holder, in place of the one before. */
export const recordAnswer = (
  { database, answerKey }: PulseDeps,
  { token, scores, comment }: z.output<typeof pulseAnswer>,
): Promise<z.output<typeof pulseThanks>> =>
  database.platformTx('answer a pulse survey', async (tx) => {
    const hash = sha256(token)
    await tx.row(lockPeriodOfToken, { hash })
    const { tenantId, periodId, questions, comments, answered, endsOn } = await paperOf(tx, hash)
    const unasked = Object.keys(scores).find((id) => !(questions as string[]).includes(id))
    if (unasked)
      throw new Problem(invalidRequest, 'A question was answered that is not asked.', {
        errors: [{ pointer: `#/scores/${unasked}`, detail: `expected one of ${questions.join(', ')}` }],
      })
    const answer = {
      tenantId,
      periodId,
      personHash: hmacSha256(answerKey, token),
      scores: questions.map((id) => scores[id] ?? null),
      comment: comments && comment ? comment : null,
    }
    if (!answered) {
      await tx.run(insertAnswer, answer)
      await tx.run(markAnswered, { hash })
    } else if ((await tx.run(replaceAnswer, answer)) === 0)
      throw new Problem(otherLink, 'There is an answer already, and this link did not make it.')
    await tx.run(mixAnswers, { tenantId, periodId })
    await tx.run(mixInvitations, { tenantId, periodId })
    return { status: 'recorded' as const, ends_on: endsOn }
  })
