/** Which days the page shows and how fresh its figures are. */
import { formatDay } from '~/ui/format.ts'
import { Moment } from '~/ui/time.tsx'

type FreshnessProps = {
  days: { from: string; to: string }
  reply: { from: string; to: string; as_of: string } | undefined
  waiting: boolean
}

/** `1 Jan – 31 Mar 2026, computed 2 min ago`; as many lines while it waits. */
export function Freshness({ days, reply, waiting }: FreshnessProps) {
  if (!reply && !waiting) return <>The figures could not be read</>
  const { from, to } = reply ?? days
  return (
    <>
      {formatDay(from, true)} – {formatDay(to, true)},{' '}
      {reply ? <>computed {<Moment value={reply.as_of} />}</> : 'reading the figures'}
    </>
  )
}
