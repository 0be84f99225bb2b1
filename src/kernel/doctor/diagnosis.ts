export type Diagnosis = {
  readonly level: 'ok' | 'warning' | 'fault'
  /** What was found, in one sentence. */
  readonly finding: string
  /** What to do about it; present unless `ok`, where it may stand for what a person might still want. */
  readonly fix?: string
}

export type DoctorCheck = {
  /** `<module>.<what>` */
  readonly name: string
  readonly summary: string
  check(): Promise<readonly Diagnosis[]>
}
