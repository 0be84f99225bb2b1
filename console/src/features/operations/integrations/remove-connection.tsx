/** Asks before a connection is removed. */
import { useQueryClient } from '@tanstack/react-query'
import { z } from 'zod'
import { call } from '~/api/client.ts'
import { Confirm } from '~/ui/dialog.tsx'
import { useToast } from '~/ui/toast.tsx'
import { type Connection, connectionsQuery } from './queries.ts'

/** The question; mounted while it is asked. */
export function RemoveConnection({ connection, onClose }: { connection: Connection; onClose: () => void }) {
  const queryClient = useQueryClient()
  const toast = useToast()
  return (
    <Confirm
      title={`Remove ${connection.name}?`}
      question="Whatever is sent to its address is refused from now on. What already came in stays."
      action="Remove the connection"
      onClose={onClose}
      onConfirm={async () => {
        await call(z.unknown(), `/connections/${connection.id}`, { method: 'DELETE' })
        await queryClient.invalidateQueries({ queryKey: connectionsQuery.queryKey })
        toast(`${connection.name} is removed`)
      }}
    />
  )
}
