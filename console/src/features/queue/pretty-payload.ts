/** A payload to read: JSON is indented, anything else stays as it came. Pure. */

/** `cut` is true when the server sent only the beginning. */
export function prettyPayload(payload: string, bytes: number): { text: string; cut: boolean } {
  const cut = new TextEncoder().encode(payload).length < bytes
  try {
    return { text: JSON.stringify(JSON.parse(payload), null, 2), cut }
  } catch {
    return { text: payload, cut }
  }
}
