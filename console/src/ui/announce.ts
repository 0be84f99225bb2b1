/** Where the focus goes when a page follows another one, so that a screen reader says so and Tab begins there. */
import { type RefObject, useEffect } from 'react'

let pages = 0

/**
 * Focuses the heading, and again when `step` changes; unless the page has put the focus into a field of its own, or somebody writes in a
 * dialog already: a page may come late. The first page of all keeps the browser's own focus.
 */
export function useAnnounced(heading: RefObject<HTMLElement | null>, step?: string): void {
  // biome-ignore lint/correctness/useExhaustiveDependencies: once for each step
  useEffect(() => {
    const active = document.activeElement
    const taken = heading.current?.closest('main')?.contains(active) || active?.closest('[role=dialog]')
    if (pages++ > 0 && !taken) heading.current?.focus({ preventScroll: true })
  }, [step])
}
