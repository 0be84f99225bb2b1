/** Takes one human line of progress. */
export type Log = (line: string) => void

/** What the embedded server needs to know; everything else it finds out or decides itself. */
export type EmbeddedOptions = {
  /** Folder of the instance. The cluster lives in `<dataDir>/postgres`, its log in `<dataDir>/logs/postgres.log`. */
  dataDir: string
  /** Password of the superuser `postgres`. It is set when the cluster is created and not changed afterwards. */
  password: string
  /** First port to try (default 24329); the next free one is taken if it is busy, and preferred from then on. */
  preferredPort?: number
  /** Further server settings (`-c name=value`); they win over our defaults, not over address, port and cluster name. */
  settings?: Record<string, string>
  log: Log
  /** How long to wait for another live process that owns the cluster (default 15 s). */
  waitForOwnerMs?: number
  /** Where root keeps a cluster that its unprivileged account could not reach below `dataDir`. */
  systemDir?: string
}

/** A running server, ours (`owned`) or one of another process that we only use. */
export type EmbeddedServer = {
  host: '127.0.0.1'
  port: number
  /** Superuser URL to the database `postgres`. */
  url: string
  /** We started it and `stop` will stop it. */
  owned: boolean
  /** Fast shutdown, immediate after 10 s. Does nothing when not owned or already ended. */
  stop(): Promise<void>
  /** Resolves when an owned server ends although nobody called `stop`; never for one that is only used. */
  exited: Promise<{ code: number | null }>
}

/** The account the server runs as when we are root; PostgreSQL refuses uid 0. */
export type Account = { name: string; uid: number; gid: number }

/** Default of `systemDir`. */
export const defaultSystemDir = '/var/lib/daytwo'
