/** Why a run ends before its end. What it did until then is kept, and the next one goes on there. */
type HaltReason = 'throttled' | 'budget' | 'unauthorized' | 'failed' | 'overtaken'

export class Halt extends Error {
  readonly reason: HaltReason
  /** When the source takes requests again. */
  readonly until: Date | null

  constructor(reason: HaltReason, message: string, until: Date | null = null, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause })
    this.name = 'Halt'
    this.reason = reason
    this.until = until
  }
}
