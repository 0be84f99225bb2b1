/** Asks before a network is closed again. */
import { useQueryClient } from '@tanstack/react-query'
import { z } from 'zod'
import { call } from '~/api/client.ts'
import { Confirm } from '~/ui/dialog.tsx'
import { useToast } from '~/ui/toast.tsx'
import type { Allowance } from './queries.ts'

/** The question; mounted while it is asked. */
export function RemoveAllowance({ allowance: { id, target }, onClose }: { allowance: Allowance; onClose: () => void }) {
  const queryClient = useQueryClient()
  const toast = useToast()
  return (
    <Confirm
      title={`Close ${target}?`}
      question="What the tenant sends there is refused from now on, as to every private network that is not opened."
      action="Close it"
      onClose={onClose}
      onConfirm={async () => {
        await call(z.unknown(), `/dial-allowances/${id}`, { method: 'DELETE' })
        await queryClient.invalidateQueries({ queryKey: ['dial-allowances'] })
        toast(`${target} is closed`)
      }}
    />
  )
}
