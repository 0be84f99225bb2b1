/** The work tables that operators look at: all that modules contribute, without the installation's own schedules. */
import { notFound, Problem } from '#kernel/errors/index.ts'
import { inspectWork, type Work, type WorkInspection } from '#kernel/work/index.ts'

/** All work of the composed application; called only once everything is composed. */
export type AllWork = () => readonly Work[]

type FoundWork = { readonly work: Work; readonly statements: WorkInspection }

/** Rows of schedules belong to no tenant, recur for ever and are never dead letters. */
export const inspectable = (all: AllWork): FoundWork[] =>
  all()
    .filter(({ table }) => table !== 'schedule')
    .map((work) => ({ work, statements: inspectWork(work) }))

/** The work of this name; `not-found` names those that exist. */
export function findWork(all: AllWork, name: string): FoundWork {
  const works = inspectable(all)
  const found = works.find(({ work }) => work.name === name)
  if (found) return found
  const known = works.map(({ work }) => work.name).sort()
  throw new Problem(notFound, `No work is called "${name}"; there are ${known.join(', ')}.`)
}
