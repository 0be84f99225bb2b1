/** The arithmetic of scores. Everything is computed of counts by question of single periods, and only of counts that are shown. */
import { type QuestionId, questionIds } from './schemas.ts'

/** How many gave 1, 2, 3, 4 and 5. */
type Counts = readonly number[]
type Result = { readonly question: QuestionId; readonly counts: Counts }
type Figures = { readonly score: number | null; readonly favourable: number | null }

const total = (counts: Counts): number => counts.reduce((sum, count) => sum + count, 0)
/** From this score on an answer is favourable. */
const favourableFrom = 4

/** Mean (1–5) and favourable share (0–1) of all scores together; null of none. */
export function figuresOf(all: readonly Counts[]): Figures {
  const scores = all.reduce((sum, counts) => sum + total(counts), 0)
  if (scores === 0) return { score: null, favourable: null }
  const points = all.reduce((sum, counts) => sum + counts.reduce((of, count, index) => of + count * (index + 1), 0), 0)
  const good = all.reduce((sum, counts) => sum + total(counts.slice(favourableFrom - 1)), 0)
  return { score: points / scores, favourable: good / scores }
}

/** The figures of each question that any of the results speaks of, in the order of the catalogue; `n` is who answered it. */
export const byQuestion = (results: readonly Result[]): ({ id: QuestionId; n: number } & Figures)[] =>
  questionIds.flatMap((id) => {
    const all = results.filter(({ question }) => question === id).map(({ counts }) => counts)
    return all.length === 0 ? [] : [{ id, n: all.reduce((sum, counts) => sum + total(counts), 0), ...figuresOf(all) }]
  })

/** Part of a whole, or null where there is no whole. */
export const rate = (part: number, whole: number): number | null => (whole === 0 ? null : part / whole)
