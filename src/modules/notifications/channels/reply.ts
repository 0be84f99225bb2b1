/** How channels are told of. */
import type { z } from 'zod'
import type { TenantTx } from '#kernel/database/index.ts'
import { type ChannelRecord, localClock, localInstant } from '../queries.ts'
import { minutesOf, quietUntil } from '../quiet.ts'
import type { channelRow } from '../schemas.ts'

type Reply = z.output<typeof channelRow>

const iso = (at: Date | null) => at?.toISOString() ?? null

const quietOf = ({ quietFrom: from, quietTo: to, quietDays: days, quietLetsThrough }: ChannelRecord) =>
  from === null || to === null ? null : { from, to, days, lets_through: quietLetsThrough }

/** With until when each is quiet now. */
export async function toReplies(
  tx: TenantTx,
  channels: readonly ChannelRecord[],
): Promise<{ channels: Reply[]; timeZone: string }> {
  const clock = (await tx.row(localClock, { tenantId: tx.tenantId }))!
  const replies: Reply[] = []
  for (const channel of channels) {
    const quiet = quietOf(channel)
    const end = quiet && quietUntil(clock, { from: minutesOf(quiet.from), to: minutesOf(quiet.to), days: quiet.days })
    const until = end && (await tx.row(localInstant, { day: clock.day, timeZone: clock.timeZone, ...end }))!.at
    replies.push({
      id: channel.id,
      kind: channel.kind,
      name: channel.name,
      target: channel.target,
      secret_hint: channel.secretHint,
      minimum_severity: channel.minimumSeverity,
      quiet,
      quiet_until: iso(until ?? null),
      enabled: channel.enabled,
      created_at: channel.createdAt.toISOString(),
      changed_at: channel.changedAt.toISOString(),
      last_sent_at: iso(channel.lastSentAt),
      last_failed_at: iso(channel.lastFailedAt),
      last_failure: channel.lastFailure,
    })
  }
  return { channels: replies, timeZone: clock.timeZone }
}
