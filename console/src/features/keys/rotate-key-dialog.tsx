/** Replace a key: the new one works at once, the old one for some hours more. */
import { useQueryClient } from '@tanstack/react-query'
import { createdKey } from '#modules/access/schemas.ts'
import { call } from '~/api/client.ts'
import { RotateDialog } from '~/ui/rotate-dialog.tsx'
import { type Key, keysQuery } from './queries.ts'

type RotateKeyProps = { apiKey: Key; onMade: (secret: string) => void; onClose: () => void }

/** Mounted while it is open. */
export function RotateKeyDialog({ apiKey: { id, name }, onMade, onClose }: RotateKeyProps) {
  const queryClient = useQueryClient()
  const rotate = async (body: object) => {
    const { key } = await call(createdKey, `/api-keys/${id}/rotate`, { method: 'POST', body })
    await queryClient.invalidateQueries({ queryKey: keysQuery.queryKey })
    onMade(key)
  }
  return (
    <RotateDialog
      name={name}
      secret="key"
      lead="A new key with the same rights is made and shown once."
      rotate={rotate}
      onClose={onClose}
    />
  )
}
