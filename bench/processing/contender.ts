/** The process of one contender. */
import { answerAs } from '../support/child.ts'
import type { ContenderName, Runner, RunnerGiven } from './runner.ts'

/** Loaded by need: no contender carries another's code. */
const runners: Record<ContenderName, (given: RunnerGiven) => Promise<Runner>> = {
  daytwo: async (given) => (await import('./daytwo.ts')).daytwoRunner(given),
  'graphile-worker': async (given) => (await import('./graphile-worker.ts')).graphileRunner(given),
  'pg-boss': async (given) => (await import('./pg-boss.ts')).pgBossRunner(given),
  'pg-boss transactional': async (given) => (await import('./pg-boss.ts')).pgBossRunner(given),
  bullmq: async (given) => (await import('./bullmq.ts')).bullmqRunner(given),
}

export type Question = { readonly what: 'fill' | 'run'; readonly n: number }

await answerAs<RunnerGiven, Question>(async (given) => {
  const runner = await runners[given.contender](given)
  return async ({ what, n }) => runner[what](n)
})
