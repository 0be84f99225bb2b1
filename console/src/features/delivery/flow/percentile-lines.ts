/** The percentiles of the cycle times as lines across a plot. Pure. */
import type { FlowReply } from '#modules/delivery/flow/schemas.ts'

type Line = { y: number; label: string }

/** Percentiles of one value share a line. */
export function percentileLines({ p50, p70, p85 }: FlowReply['cycle_time']): Line[] {
  const named = [
    [p50, 'p50'],
    [p70, 'p70'],
    [p85, 'p85'],
  ] as const
  const byValue = new Map<number, string>()
  for (const [value, name] of named) if (value !== null) byValue.set(value, name)
  return [...byValue].map(([y, label]) => ({ y, label }))
}
