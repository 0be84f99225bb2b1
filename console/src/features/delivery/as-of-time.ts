/** Instants as a person names them in the tenant's time zone, and back. Pure. */
import { offsetAt } from '../../ui/time-zone.ts'

/** `2026-03-03T12:00` on the zone's clock, as inputs of a date and a time have it. */
export const toLocal = (iso: string, timeZone: string): string => {
  const ms = Date.parse(iso)
  return new Date(ms + offsetAt(ms, timeZone)).toISOString().slice(0, 16)
}

/** The instant at which the zone's clock shows that; of two the earlier, of a time that is skipped the one after. */
export function fromLocal(local: string, timeZone: string): string {
  const wall = Date.parse(`${local}Z`)
  const [before, after] = [offsetAt(wall - 86_400_000, timeZone), offsetAt(wall + 86_400_000, timeZone)]
  const found = [wall - before, wall - after].sort((a, b) => a - b).find((ms) => ms + offsetAt(ms, timeZone) === wall)
  return new Date(found ?? wall - before).toISOString()
}
