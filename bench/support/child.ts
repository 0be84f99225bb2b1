/** Processes of a bench that answer questions: a contender must not share an event loop with what measures it. */
import { fork } from 'node:child_process'

export type Child = {
  readonly pid: number
  ask<T>(question: unknown): Promise<T>
  stop(): Promise<void>
}

/** No question takes this long; a child that is stuck must not keep a bench waiting for ever. */
const answerWithinMs = 300_000

type Answer = { id: number; answer?: unknown; error?: string }

/** Starts a file that calls `answerAs`, hands it `given`, and resolves once it is ready. */
export async function startChild(file: URL, given: unknown, nodeFlags: readonly string[] = []): Promise<Child> {
  const child = fork(file, [JSON.stringify(given)], {
    execArgv: [...nodeFlags],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  const pending = new Map<number, PromiseWithResolvers<unknown>>()
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  let asked = 0
  const wait = (id: number) => {
    const one = Promise.withResolvers<unknown>()
    pending.set(id, one)
    return one.promise
  }
  child.on('message', ({ id, answer, error }: Answer) => {
    const one = pending.get(id)
    pending.delete(id)
    if (error === undefined) one?.resolve(answer)
    else one?.reject(new Error(error))
  })
  child.once('exit', (code, signal) => {
    for (const one of pending.values()) one.reject(new Error(`${file.pathname} ended (${code ?? signal})`))
  })
  // The first answer, unasked, says that it is ready.
  await wait(0)
  return {
    pid: child.pid!,
    async ask<T>(question: unknown) {
      const answer = wait(++asked)
      const { reject } = pending.get(asked)!
      const stuck = setTimeout(() => reject(new Error(`${file.pathname} does not answer`)), answerWithinMs)
      child.send({ id: asked, question })
      return (await answer.finally(() => clearTimeout(stuck))) as T
    },
    async stop() {
      if (child.connected) child.disconnect()
      await gone
    },
  }
}

/** The child's side: `prepare` gets what was given and returns the answerer; the process ends when its parent lets go. */
export async function answerAs<G, Q>(
  prepare: (given: G) => Promise<(question: Q) => Promise<unknown>>,
  close: () => Promise<void> = async () => undefined,
): Promise<void> {
  const tell = (answer: Answer) => void process.send?.(answer)
  const describe = (error: unknown) => (error instanceof Error ? (error.stack ?? error.message) : String(error))
  process.once('disconnect', () => {
    setTimeout(() => process.exit(1), 5000).unref()
    close().then(
      () => process.exit(0),
      () => process.exit(1),
    )
  })
  try {
    const answer = await prepare(JSON.parse(process.argv[2]!) as G)
    process.on('message', ({ id, question }: { id: number; question: Q }) => {
      answer(question).then(
        (value) => tell({ id, answer: value }),
        (error) => tell({ id, error: describe(error) }),
      )
    })
    tell({ id: 0 })
  } catch (error) {
    tell({ id: 0, error: describe(error) })
  }
}
