/** Whether the first steps are shown in this browser, kept per tenant. */

/** `unknown` until it was looked once whether there is a metric already. */
export type Shown = 'unknown' | 'open' | 'dismissed' | 'done'

const kinds: readonly Shown[] = ['open', 'dismissed', 'done']

/** Reads and writes what is kept; a browser that keeps nothing asks each time. */
export function shownFor(tenantId: string) {
  const name = `daytwo.first-steps.${tenantId}`
  return {
    read(): Shown {
      try {
        const kept = localStorage.getItem(name)
        return kinds.find((kind) => kind === kept) ?? 'unknown'
      } catch {
        return 'unknown'
      }
    },
    write(shown: Shown) {
      try {
        localStorage.setItem(name, shown)
      } catch {
        // A browser that forbids storage still shows the page.
      }
    },
  }
}
