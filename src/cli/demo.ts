/** `daytwo demo`: starts the instance if none runs, sends the demo year through the real intake, waits until it is understood. */
import { type ChildProcess, spawn } from 'node:child_process'
import http from 'node:http'
import { fileURLToPath } from 'node:url'
import { monotonicMs, now, sleep } from '#kernel/clock/index.ts'
import { readConfig } from '#kernel/config/index.ts'
import { commandContext } from '#kernel/context/index.ts'
import { makeEngine } from '#kernel/work/index.ts'
import { confirmed } from './confirm.ts'
import { demoStreams, sendDemo } from './demo/index.ts'
import { withInstance } from './instance.ts'
import type { Progress } from './progress.ts'

type Options = { days: string; seed: string; yes?: boolean; json?: boolean; exit?: boolean }

/** All repositories of the demo belong to it. */
const demoOwner = 'acme/'
const startWithinMs = 60_000
const understandWithinMs = 300_000

export async function runDemo(options: Options, progress: Progress): Promise<void> {
  const config = readConfig()
  if (!config.GITHUB_WEBHOOK_SECRET || !config.JIRA_WEBHOOK_SECRET)
    throw new Error(
      'the demo signs its webhooks: set GITHUB_WEBHOOK_SECRET and JIRA_WEBHOOK_SECRET as the instance has them',
    )
  const started = (await isUp(config.baseUrl)) ? undefined : await startInstance(config.baseUrl)
  try {
    if (!(await prepare(options.yes))) return
    const result = await sendDemo({
      baseUrl: config.baseUrl,
      githubSecret: config.GITHUB_WEBHOOK_SECRET,
      jiraSecret: config.JIRA_WEBHOOK_SECRET,
      seed: options.seed,
      days: Number(options.days),
      now: now(),
      progress: ({ done, total }) => progress.step('sending webhooks', done, total),
    })
    await untilUnderstood(result.sent, progress)
    progress.stop()
    if (options.json) console.log(JSON.stringify(result))
    else
      console.log(
        `\n${result.sent} signed webhooks from ${dayOf(result.from)} to ${dayOf(result.to)}. Look at ${config.baseUrl}`,
      )
    if (started && !options.exit) await keepServing(started)
  } finally {
    started?.kill('SIGTERM')
  }
}

const dayOf = (time: Date | undefined) => time?.toISOString().slice(0, 10) ?? '—'

/** Makes the demo's streams; asks first where other data exists. */
const prepare = (yes: boolean | undefined): Promise<boolean> =>
  withInstance(async ({ composed }) => {
    const ctx = commandContext('demo')
    const known = await composed.facts.listStreams(ctx)
    const streams = known.streams.map(({ id }) => id)
    const foreign =
      streams.some((id) => !demoStreams.some((stream) => stream.id === id)) ||
      known.unassigned_repositories.some((repository) => !repository.startsWith(demoOwner))
    if (foreign && !(await confirmed('This instance has data of its own. Add the demo beside it?', yes))) return false
    for (const stream of demoStreams)
      if (!streams.includes(stream.id))
        await composed.facts.createStream(ctx, { ...stream, sources: [...stream.sources] })
    return true
  })

/** Waits until the queue and everything derived from it is settled. */
async function untilUnderstood(total: number, progress: Progress) {
  const deadline = monotonicMs() + understandWithinMs
  await withInstance(async ({ composed, database, log }) => {
    const engines = composed.work
      .filter(({ table }) => table !== 'schedule')
      .map((work) => makeEngine(work, database, log))
    for (;;) {
      const open = new Map<string, number>()
      for (const engine of engines)
        for (const { status, count } of await engine.counts())
          if (status !== 'dead_lettered') open.set(engine.work.table, (open.get(engine.work.table) ?? 0) + count)
      const events = open.get('event_queue') ?? 0
      progress.step('understanding events', Math.max(0, total - events), total)
      if (events + (open.get('subscription_work') ?? 0) === 0) return
      if (monotonicMs() > deadline) throw new Error(`${events} events are still not processed; is a worker running?`)
      await sleep(250)
    }
  })
}

function isUp(baseUrl: string): Promise<boolean> {
  return new Promise((resolve) => {
    const request = http.get(`${baseUrl}/healthz`, { timeout: 1000 }, (reply) => {
      reply.resume()
      resolve(reply.statusCode === 200)
    })
    request.on('timeout', () => request.destroy())
    request.on('error', () => resolve(false))
  })
}

async function startInstance(baseUrl: string): Promise<ChildProcess> {
  console.error('no instance runs here: starting one')
  const child = spawn(process.execPath, [fileURLToPath(new URL('./main.ts', import.meta.url)), 'up'], {
    stdio: 'inherit',
  })
  const deadline = monotonicMs() + startWithinMs
  while (!(await isUp(baseUrl))) {
    if (child.exitCode !== null) throw new Error('the instance could not start; its messages say why')
    if (monotonicMs() > deadline)
      throw new Error(`the instance did not answer at ${baseUrl} within ${startWithinMs / 1000} s`)
    await sleep(200)
  }
  return child
}

/** The instance was started for the demo: it serves until it is told to stop. */
async function keepServing(child: ChildProcess) {
  console.log('The instance goes on serving; end it with Ctrl-C.')
  process.on('SIGINT', () => undefined)
  process.on('SIGTERM', () => child.kill('SIGTERM'))
  await new Promise((resolve) => child.once('exit', resolve))
}
