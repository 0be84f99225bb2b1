/** Asks before a stream is deleted; its facts stay. */
import { useQueryClient } from '@tanstack/react-query'
import { z } from 'zod'
import { call } from '~/api/client.ts'
import { Confirm } from '~/ui/dialog.tsx'
import { useToast } from '~/ui/toast.tsx'
import type { Stream } from './stream-columns.tsx'

/** The question; mounted while it is asked. */
export function DeleteStream({ stream, onClose }: { stream: Stream; onClose: () => void }) {
  const queryClient = useQueryClient()
  const toast = useToast()
  return (
    <Confirm
      title={`Delete ${stream.name}?`}
      question="Its figures are no longer computed, and links to it stop working. Deployments and incidents stay, and its repositories become unassigned."
      action="Delete the stream"
      onClose={onClose}
      onConfirm={async () => {
        await call(z.unknown(), `/streams/${stream.id}`, { method: 'DELETE' })
        await queryClient.invalidateQueries()
        toast(`${stream.name} is deleted`)
      }}
    />
  )
}
