/** What a bench asks of the loader, and what it gets. */
export type LoaderGiven = { readonly path: string; readonly secret: string }

export type LoadJob = {
  /** Connections are spread over them. */
  readonly ports: readonly number[]
  readonly connections: number
  readonly warmUpMs: number
  readonly measureMs: number
  /** Requests a second, sent by the clock; null: as many as there are answers. */
  readonly rate: number | null
}

export type LoadResult = {
  /** Answers a second within the measured time. */
  readonly perSecond: number
  readonly p50Ms: number
  readonly p99Ms: number
  /** All answers by status, those of the warm-up included. */
  readonly statuses: Readonly<Record<string, number>>
}
