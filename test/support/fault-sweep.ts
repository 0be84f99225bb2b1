/**
 * Fails the 1st, 2nd … nth statement of whatever runs on a database: before it is executed, or so that its transaction commits
 * and the caller hears of an error all the same. After the fault every statement fails too, as if the process had died, unless
 * it is to be the only one.
 */
import type { Database, Tx } from '#kernel/database/index.ts'

export type Fault = {
  /** `before`: the statement is not executed. `after`: its transaction commits, then the error is thrown. */
  readonly when: 'before' | 'after'
  /** `dies`: nothing works any more from then on. `goes on`: it is a single error. */
  readonly next: 'dies' | 'goes on'
}
export const faults: readonly Fault[] = [
  { when: 'before', next: 'dies' },
  { when: 'after', next: 'dies' },
  { when: 'before', next: 'goes on' },
  { when: 'after', next: 'goes on' },
]

export class InjectedFault extends Error {
  constructor(statement: string, at: number) {
    super(`injected fault at statement ${at}, ${statement}`)
    this.name = 'InjectedFault'
  }
}

export type FaultyDatabase = {
  readonly database: Database
  /** Names of the statements seen since it was made, in their order. */
  readonly seen: () => readonly string[]
  /** Whether the fault happened. */
  readonly struck: () => boolean
}

/** The database, failing its nth statement. With `nth` infinite it only counts. */
export function faultyDatabase(inner: Database, nth: number, { when, next }: Fault): FaultyDatabase {
  const seen: string[] = []
  let struck = false

  /** Counts a statement; true when its transaction must fail after its commit. */
  function meet(name: string): boolean {
    if (struck && next === 'dies') throw new InjectedFault(name, seen.length)
    if (seen.push(name) !== nth) return false
    struck = true
    if (when === 'before') throw new InjectedFault(name, nth)
    return true
  }

  async function watched<T extends Tx, R>(
    open: (work: (tx: T) => Promise<R>) => Promise<R>,
    work: (tx: T) => Promise<R>,
  ): Promise<R> {
    let doomed: InjectedFault | undefined
    const note = (name: string) => {
      // What follows the statement in its own transaction still runs: the transaction is to commit.
      if (doomed) return
      if (meet(name)) doomed = new InjectedFault(name, nth)
    }
    const result = await open((tx) =>
      work({
        ...tx,
        async rows(statement, args) {
          note(statement.name)
          return tx.rows(statement, args)
        },
        async row(statement, args) {
          note(statement.name)
          return tx.row(statement, args)
        },
        async run(statement, args) {
          note(statement.name)
          return tx.run(statement, args)
        },
      }),
    )
    if (doomed) throw doomed
    return result
  }

  const database: Database = {
    ...inner,
    tenantTx: (ctx, work, options) => watched((inside) => inner.tenantTx(ctx, inside, options), work),
    tenantRead: (ctx, work, options) => watched((inside) => inner.tenantRead(ctx, inside, options), work),
    platformTx: (why, work, options) => watched((inside) => inner.platformTx(why, inside, options), work),
    async platformRun(statement, args) {
      const doomed = meet(statement.name)
      const written = await inner.platformRun(statement, args)
      if (doomed) throw new InjectedFault(statement.name, nth)
      return written
    },
    async lookup(statement, args) {
      const doomed = meet(statement.name)
      const row = await inner.lookup(statement, args)
      if (doomed) throw new InjectedFault(statement.name, nth)
      return row
    },
  }
  return { database, seen: () => seen, struck: () => struck }
}

/**
 * Runs `attempt` once for every statement it makes and every kind of fault, and `check` after each. An attempt that met its
 * fault may reject with it and with nothing else. Returns how many statements were struck.
 */
export async function sweep(
  inner: Database,
  attempt: (database: Database, at: { nth: number; fault: Fault }) => Promise<unknown>,
  check: (at: { nth: number; fault: Fault; error: unknown }) => Promise<void>,
  { only = faults, maxStatements = 500 }: { only?: readonly Fault[]; maxStatements?: number } = {},
): Promise<number> {
  let most = 0
  for (const fault of only)
    for (let nth = 1; ; nth++) {
      if (nth > maxStatements) throw new Error(`more than ${maxStatements} statements`)
      const faulty = faultyDatabase(inner, nth, fault)
      let error: unknown
      try {
        await attempt(faulty.database, { nth, fault })
      } catch (caught) {
        error = caught
      }
      await check({ nth, fault, error })
      if (!faulty.struck()) {
        if (error !== undefined) throw error
        break
      }
      most = Math.max(most, nth)
    }
  return most
}
