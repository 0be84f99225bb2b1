/** Asks before somebody is told no more. */
import { useQueryClient } from '@tanstack/react-query'
import { z } from 'zod'
import { call } from '~/api/client.ts'
import { Confirm } from '~/ui/dialog.tsx'
import { useToast } from '~/ui/toast.tsx'
import type { Channel } from './queries.ts'

/** The question; mounted while it is asked. */
export function RemoveChannel({ channel: { id, name }, onClose }: { channel: Channel; onClose: () => void }) {
  const queryClient = useQueryClient()
  const toast = useToast()
  return (
    <Confirm
      title={`Remove ${name}?`}
      question="It is told nothing more, and its secret is erased. What it was told stays in the list."
      action="Remove it"
      onClose={onClose}
      onConfirm={async () => {
        await call(z.unknown(), `/notification-channels/${id}`, { method: 'DELETE' })
        await queryClient.invalidateQueries({ queryKey: ['notifications'] })
        toast(`${name} is removed`)
      }}
    />
  )
}
