/** What a careful person builds around a queue's bulk call: what waits is written together the moment a lane is free. */
const lanes = 2
const maxBatch = 250

type Waiting<T> = { item: T; done: () => void; failed: (error: unknown) => void }

export function microBatch<T>(write: (items: T[]) => Promise<unknown>): (item: T) => Promise<void> {
  let waiting: Waiting<T>[] = []
  let active = 0

  async function flush(batch: Waiting<T>[]) {
    try {
      await write(batch.map(({ item }) => item))
      for (const { done } of batch) done()
    } catch (error) {
      for (const { failed } of batch) failed(error)
    }
    active--
    pump()
  }

  function pump() {
    while (waiting.length > 0 && active < lanes) {
      const batch = waiting.slice(0, maxBatch)
      waiting = waiting.slice(maxBatch)
      active++
      void flush(batch)
    }
  }

  return (item) =>
    new Promise((done, failed) => {
      waiting.push({ item, done, failed })
      setImmediate(pump)
    })
}
