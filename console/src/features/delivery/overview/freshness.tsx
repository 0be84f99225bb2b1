/** Which days the page shows and how fresh its figures are. */
import type { DoraReply } from '#modules/delivery/dora/schemas.ts'
import { formatDay } from '~/ui/format.ts'
import { Moment } from '~/ui/time.tsx'

/** `1 Jan – 31 Mar 2026, computed 2 min ago`. */
export function Freshness({ reply, waiting }: { reply: DoraReply | undefined; waiting: boolean }) {
  if (!reply) return <>{waiting ? 'Reading the figures…' : 'The figures could not be read'}</>
  return (
    <>
      {formatDay(reply.from, true)} – {formatDay(reply.to, true)}, computed <Moment value={reply.as_of} />
    </>
  )
}
