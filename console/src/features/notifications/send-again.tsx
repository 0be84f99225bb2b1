/** Requeues one notification that failed: the dead letter of a work, as any other. */
import { Button } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { requeue } from '~/features/operations/queries.ts'
import { useAttempt } from '~/ui/attempt.ts'
import type { Notification } from './queries.ts'

/** The button of one row. */
export function SendAgain({ notification: { id, channel } }: { notification: Notification }) {
  const queryClient = useQueryClient()
  const { busy, attempt } = useAttempt()
  const send = () =>
    attempt(async () => {
      await requeue('notification', { ids: [id] }, false)
      await queryClient.invalidateQueries({ queryKey: ['notifications'] })
      return `${channel.name} is told again`
    })
  return (
    <Button
      variant="default"
      size="xs"
      loading={busy}
      onClick={() => void send()}
      aria-label={`Tell ${channel.name} again`}
    >
      Again
    </Button>
  )
}
