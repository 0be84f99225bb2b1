/** Points or items: points where the team gives any. Pure. */
import type { SprintRow, VelocityReply } from '#modules/delivery/sprints/schemas.ts'
import { formatCount, shortNumber } from '~/ui/format.ts'

export type Unit = 'points' | 'items'
type Amount = { items: number; points: number | null } | null

export const unitOf = (figures: readonly SprintRow['figures'][]): Unit =>
  figures.some(({ completed }) => completed.points !== null) || figures.length === 0 ? 'points' : 'items'
export const unitOfReply = ({ sprints, open }: VelocityReply): Unit =>
  unitOf([...sprints, ...open.sprints].map(({ figures }) => figures))

/** `21`, `3.5`; a dash for what is not known. */
export const formatAmount = (amount: Amount, unit: Unit): string => {
  const value = amount?.[unit] ?? null
  return value === null ? '–' : Number.isInteger(value) ? formatCount(value) : shortNumber(value)
}

/** `Sprint 46`, or the number where nobody told a name. */
export const nameOf = ({ name, sprint }: { name: string | null; sprint: number }): string => name ?? `Sprint ${sprint}`
