/**
 * One error model (RFC 9457). A problem type is declared once and thrown by domain code, which never mentions HTTP;
 * the same declaration decides the reply's status and whether work that met it is tried again.
 */
export type ProblemType = {
  /** `<module>/<what>`; its page is `/problems/<slug>`. */
  readonly slug: string
  readonly title: string
  readonly status: number
  /** True when the same request or work may succeed later without being changed. */
  readonly retryable: boolean
  /** What the reader can do about it; shown on the problem's page. */
  readonly remedy: string
}

/** One fault in the input: a JSON pointer into the body, or `query/<name>`, `header/<name>`. */
export type Fault = { readonly pointer: string; readonly detail: string; readonly code?: string }

/** More faults than this help nobody; the rest are cut. */
export const maxFaults = 20

export class Problem extends Error {
  readonly type: ProblemType
  readonly errors: readonly Fault[]
  /** Extension members of the reply, for example `retryAfterSeconds`. */
  readonly extension: Readonly<Record<string, unknown>>

  constructor(
    type: ProblemType,
    detail: string,
    more: { errors?: readonly Fault[]; extension?: Record<string, unknown>; cause?: unknown } = {},
  ) {
    super(detail, more.cause === undefined ? undefined : { cause: more.cause })
    this.name = 'Problem'
    this.type = type
    this.errors = (more.errors ?? []).slice(0, maxFaults)
    this.extension = more.extension ?? {}
  }
}

const declared = new Map<string, ProblemType>()

/** Declares a problem type. Two declarations with one slug are a programming error and stop the start. */
export function defineProblem(type: Omit<ProblemType, 'retryable'> & { retryable?: boolean }): ProblemType {
  if (declared.has(type.slug)) throw new Error(`problem type ${type.slug} is declared twice`)
  const problemType = Object.freeze({ retryable: false, ...type })
  declared.set(type.slug, problemType)
  return problemType
}

/** Every declared problem type, sorted by slug. */
export const problemTypes = (): ProblemType[] => [...declared.values()].sort((a, b) => a.slug.localeCompare(b.slug))

/** Work that failed with `error` may be tried again: everything but problems that say it cannot help. */
export const isRetryable = (error: unknown): boolean => !(error instanceof Problem) || error.type.retryable
