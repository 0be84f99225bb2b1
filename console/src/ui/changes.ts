/** The fields in which two values differ. Pure. */

type Change = { field: string /** Undefined where there was none. */; from?: string; to?: string }

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const inWords = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value))

/** Field by field, nested ones as `a.b`, in the order they come; what is the same is left out. */
export function changesOf(before: unknown, after: unknown, prefix = ''): Change[] {
  if (!isRecord(before) && !isRecord(after)) {
    const [from, to] = [before, after].map((side) => (side === undefined || side === null ? undefined : inWords(side)))
    if (from === to) return []
    return [
      {
        field: prefix === '' ? 'value' : prefix,
        ...(from === undefined ? {} : { from }),
        ...(to === undefined ? {} : { to }),
      },
    ]
  }
  const [left, right] = [isRecord(before) ? before : {}, isRecord(after) ? after : {}]
  return [...new Set([...Object.keys(left), ...Object.keys(right)])].flatMap((name) =>
    changesOf(left[name], right[name], prefix === '' ? name : `${prefix}.${name}`),
  )
}
