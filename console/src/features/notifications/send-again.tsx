/** Requeues one notification that failed: the dead letter of a work, as any other. */
import { Button } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { requeue } from '~/features/operations/queries.ts'
import { useToast } from '~/ui/toast.tsx'
import type { Notification } from './queries.ts'

/** The button of one row. */
export function SendAgain({ notification: { id, channel } }: { notification: Notification }) {
  const queryClient = useQueryClient()
  const toast = useToast()
  const [busy, setBusy] = useState(false)
  const send = async () => {
    setBusy(true)
    try {
      await requeue('notification', { ids: [id] }, false)
      await queryClient.invalidateQueries({ queryKey: ['notifications'] })
      toast(`${channel.name} is told again`)
    } catch (error) {
      toast(error instanceof Error ? error.message : 'That did not work')
    } finally {
      setBusy(false)
    }
  }
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
