/** Asks before a key is revoked. */
import { useQueryClient } from '@tanstack/react-query'
import { z } from 'zod'
import { call } from '~/api/client.ts'
import { Confirm } from '~/ui/dialog.tsx'
import { useToast } from '~/ui/toast.tsx'
import { type Key, keysQuery } from './queries.ts'

/** The question; mounted while it is asked. */
export function RevokeKey({ apiKey, onClose }: { apiKey: Key; onClose: () => void }) {
  const queryClient = useQueryClient()
  const toast = useToast()
  return (
    <Confirm
      title={`Revoke ${apiKey.name}?`}
      question="Whatever uses it is refused from now on. This cannot be undone; rotate it instead to change over without a gap."
      action="Revoke the key"
      onClose={onClose}
      onConfirm={async () => {
        await call(z.unknown(), `/api-keys/${apiKey.id}`, { method: 'DELETE' })
        await queryClient.invalidateQueries({ queryKey: keysQuery.queryKey })
        toast(`${apiKey.name} is revoked`)
      }}
    />
  )
}
