/** Waiting for what somebody else brings about. */
import assert from 'node:assert/strict'

/** Waits until `done` says so; the message tells what it saw last. */
export async function until(
  what: string,
  done: () => Promise<unknown>,
  withinMs: number,
  everyMs = 200,
): Promise<void> {
  const deadline = performance.now() + withinMs
  for (;;) {
    const seen = await done()
    if (seen === true) return
    assert.ok(performance.now() < deadline, `${what} did not happen within ${withinMs} ms: ${JSON.stringify(seen)}`)
    await new Promise((resolve) => setTimeout(resolve, everyMs))
  }
}
