import type { z } from 'zod'
import type { failureRow } from './fact-queries.ts'
import type { ReceiptFact } from './schemas.ts'

/** Why a deployment failed, as the replies tell it. */
export const failureReply = (row: z.output<typeof failureRow>): ReceiptFact['failures'][number] => ({
  cause: row.cause,
  cause_key: row.causeKey,
  method: row.method,
  confidence: row.confidence,
  recovered_at: row.recoveredAt?.toISOString() ?? null,
  incident:
    row.incidentId === null
      ? null
      : {
          id: row.incidentId,
          key: row.incidentKey!,
          title: row.incidentTitle!,
          started_at: row.incidentStartedAt!.toISOString(),
          url: row.incidentUrl,
        },
})
