/**
 * How much each scenario does: `small` with every test run, `full` with `npm run test:crash`. The small ones do not wait for
 * leases and backoffs: they make them run out with SQL, as though the time had passed.
 */
export const full = process.env.DAYTWO_CRASH === 'full'

const table = {
  kills: {
    small: { events: 2_000, tenants: 20, senders: 8, workerKills: 6, apiKills: 1 },
    full: { events: 50_000, tenants: 20, senders: 8, workerKills: 100, apiKills: 10 },
  },
  stopped: {
    small: { events: 40, stops: 1, waitForLease: false },
    full: { events: 400, stops: 3, waitForLease: true },
  },
  clock: { small: { events: 200, steps: 2 }, full: { events: 4_000, steps: 6 } },
  poison: {
    small: { events: 400, tenants: 4, stuckMs: 5_000, timeLimitMs: 2_500, waitForLease: false },
    full: { events: 10_000, tenants: 20, stuckMs: 20_000, timeLimitMs: 5_000, waitForLease: true },
  },
  neighbour: {
    small: { backlog: 4_000, events: 50, everyMs: 20 },
    full: { backlog: 40_000, events: 200, everyMs: 100 },
  },
  postgres: {
    small: { stops: 2, downMs: 5_000, eventsPerStop: 150 },
    full: { stops: 10, downMs: 60_000, eventsPerStop: 1_000 },
  },
  notifications: { small: { kills: 4 }, full: { kills: 50 } },
  schedules: { small: { rounds: 2 }, full: { rounds: 10 } },
  terminate: { small: { stops: 2, perSecond: 200 }, full: { stops: 20, perSecond: 200 } },
} as const

type Table = typeof table
type Widened<T> = { [K in keyof T]: T[K] extends number ? number : T[K] extends boolean ? boolean : T[K] }

/** The counts of one scenario for this run. */
export const countsOf = <N extends keyof Table>(name: N): Widened<Table[N]['small']> =>
  (full ? table[name].full : table[name].small) as Widened<Table[N]['small']>
