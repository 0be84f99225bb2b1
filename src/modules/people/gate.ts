/** Lets a few at a time through, makes a bounded number wait, and refuses the rest: for work that costs memory and processor. */
import { Problem } from '#kernel/errors/index.ts'
import { busy } from './problems.ts'

export type Gate = {
  /** Throws `people/busy` at once when so many wait already. */
  run<T>(work: () => Promise<T>): Promise<T>
  /** Throws `people/busy` when `run` would. */
  refuseWhenFull(): void
}

const retryAfterSeconds = 2

export function makeGate(atOnce: number, maxWaiting: number): Gate {
  const waiting: (() => void)[] = []
  let running = 0

  function refuseWhenFull() {
    if (running >= atOnce && waiting.length >= maxWaiting)
      throw new Problem(busy, 'Passwords are being checked as fast as this machine can.', {
        extension: { retryAfterSeconds },
      })
  }

  return {
    refuseWhenFull,
    async run(work) {
      refuseWhenFull()
      if (running >= atOnce) await new Promise<void>((resolve) => waiting.push(resolve))
      else running++
      try {
        return await work()
      } finally {
        // Whoever is next takes over this place, so nobody slips in between.
        const next = waiting.shift()
        if (next) next()
        else running--
      }
    },
  }
}
