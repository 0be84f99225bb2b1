/** The metrics of the last 90 days: the same request as the delivery page's first look, so that it is asked once. */
import { useQuery } from '@tanstack/react-query'
import { doraQuery } from '~/features/delivery/queries.ts'
import { defaultInterval, resolveWindow } from '~/features/delivery/window.ts'
import { useTimeZone } from '~/ui/time.tsx'

const days = 90

/** `enabled: false` asks nothing. */
export function useHomeDora({ enabled = true }: { enabled?: boolean } = {}) {
  const window = resolveWindow({}, useTimeZone())
  return useQuery({ ...doraQuery({ ...window, interval: defaultInterval(days) }), enabled })
}
