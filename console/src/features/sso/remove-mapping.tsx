/** Asks before a mapping is removed. */
import { useQueryClient } from '@tanstack/react-query'
import { z } from 'zod'
import { call } from '~/api/client.ts'
import { Confirm } from '~/ui/dialog.tsx'
import { useToast } from '~/ui/toast.tsx'
import { type Mapping, mappingsQuery } from './queries.ts'

/** The question; mounted while it is asked. */
export function RemoveMapping({ mapping, onClose }: { mapping: Mapping; onClose: () => void }) {
  const queryClient = useQueryClient()
  const toast = useToast()
  const name = mapping.note ?? mapping.group
  return (
    <Confirm
      title={`Remove the mapping of ${name}?`}
      question="Who has a role by this group alone loses it at the next sign-in."
      action="Remove the mapping"
      onClose={onClose}
      onConfirm={async () => {
        await call(z.unknown(), `/oidc-mappings/${mapping.id}`, { method: 'DELETE' })
        await queryClient.invalidateQueries({ queryKey: mappingsQuery.queryKey })
        toast(`${name} is no longer mapped`)
      }}
    />
  )
}
