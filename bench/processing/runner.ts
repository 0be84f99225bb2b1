/** What a contender's process can do; it opens what it needs for each turn and leaves no connection behind. */
export type ContenderName = 'daytwo' | 'graphile-worker' | 'pg-boss' | 'pg-boss transactional' | 'bullmq'

/** `small`: one row written for each event. `real`: what the product does with an event of GitHub. */
export type Task = 'small' | 'real'

export type RunnerGiven = {
  readonly contender: ContenderName
  readonly task: Task
  /** As the application logs in. */
  readonly url: string
  readonly adminUrl: string
  readonly redisPort: number
}

export type Runner = {
  /** Puts n jobs where this contender takes them from. */
  fill(n: number): Promise<void>
  /** Works until n jobs are done and recorded as done; returns how long that took, in milliseconds. */
  run(n: number): Promise<number>
}

export const effectTable = 'bench_effect'
/** One row, as a job of its own writes it. */
export const insertEffect = (id: number) => ({
  name: 'bench.insert-effect',
  text: `insert into ${effectTable} (event_id, note) values ($1, $2)`,
  values: [id, 'recorded'],
})

export const effectDefinition = `create table ${effectTable} (event_id bigint primary key, note text not null);
  grant select, insert on ${effectTable} to daytwo_app`
