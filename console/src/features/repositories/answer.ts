/** What GitHub put behind the `#` on the way back: read once, and then neither in the address nor in the history. */
export function takeAnswer(): string | null {
  const { hash, pathname, search } = globalThis.location
  const answer = hash.slice(1)
  const said = new URLSearchParams(answer)
  if (!said.has('state') && !said.has('error')) return null
  globalThis.history.replaceState(globalThis.history.state, '', `${pathname}${search}`)
  return answer
}
