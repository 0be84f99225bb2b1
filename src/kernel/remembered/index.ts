/** Answers of the database that are believed for a moment, so that what is asked with every request costs one query, not one a request. */
import { monotonicMs } from '#kernel/clock/index.ts'

/** Short enough that what was revoked, rotated or taken away counts within a second in every process. */
export const believeMs = 500
/** Past it all is forgotten and asked again: a bound of memory, not a policy. */
const mostRemembered = 5000

export type Remembered<A, T> = {
  ask(asked: A): Promise<T>
  /** The next one asks again. */
  forget(asked: A): void
}

/** Who asks meanwhile waits for the same answer; a failure is not remembered. `keyOf` says what is one and the same question. */
export function remembered<T, A = string>(
  look: (asked: A) => Promise<T>,
  keyOf: (asked: A) => string = String,
): Remembered<A, T> {
  const known = new Map<string, { at: number; answer: Promise<T> }>()
  return {
    ask(asked) {
      const key = keyOf(asked)
      const hit = known.get(key)
      if (hit && monotonicMs() - hit.at < believeMs) return hit.answer
      if (known.size >= mostRemembered) known.clear()
      const answer = look(asked)
      known.set(key, { at: monotonicMs(), answer })
      answer.catch(() => known.delete(key))
      return answer
    },
    forget: (asked) => void known.delete(keyOf(asked)),
  }
}
