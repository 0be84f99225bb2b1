/** Places in a search, sealed with the tenant and the filters that they belong to: one that was altered or carried elsewhere is refused. */
import { deriveKey, hmacSha256, safeEqual } from '#kernel/crypto/index.ts'
import { invalidRequest, Problem } from '#kernel/errors/index.ts'
import type { AuditFilters } from './search-queries.ts'

export type Place = { readonly micros: string; readonly id: string }
const sealBytes = 16
const shape = /^(-?[0-9]{1,17})\.([0-9]{1,16})$/

export function makeCursors(appKey: string) {
  const key = deriveKey(appKey, 'audit cursors')
  const sealOf = (tenantId: string, filters: AuditFilters, place: string) =>
    hmacSha256(
      key,
      JSON.stringify([
        tenantId,
        Object.entries(filters)
          .filter(([, value]) => value !== undefined)
          .sort(),
        place,
      ]),
    ).subarray(0, sealBytes)
  return {
    give(tenantId: string, filters: AuditFilters, { micros, id }: { micros: string; id: number }): string {
      const place = `${micros}.${id}`
      return Buffer.concat([sealOf(tenantId, filters, place), Buffer.from(place)]).toString('base64url')
    },
    take(tenantId: string, filters: AuditFilters, cursor: string): Place {
      const bytes = Buffer.from(cursor, 'base64url')
      const place = bytes.subarray(sealBytes).toString('latin1')
      const match = shape.exec(place)
      // Decoding skips what is not base64url, so the bytes must also encode to the same cursor.
      const whole = match && bytes.toString('base64url') === cursor
      if (!whole || !safeEqual(bytes.subarray(0, sealBytes), sealOf(tenantId, filters, place)))
        throw new Problem(invalidRequest, 'The cursor is not one that this search gave out.', {
          errors: [
            {
              pointer: 'query/cursor',
              detail: 'send next_cursor of the page before, unchanged and with the same filters',
            },
          ],
        })
      return { micros: match[1]!, id: match[2]! }
    },
  }
}
export type Cursors = ReturnType<typeof makeCursors>
