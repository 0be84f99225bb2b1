/** Change a connection's secret: the new one works at once, the old one for some hours more. */
import { useQueryClient } from '@tanstack/react-query'
import { madeConnection } from '#modules/intake/schemas.ts'
import { call } from '~/api/client.ts'
import { RotateDialog } from '~/ui/rotate-dialog.tsx'
import type { Made } from './connection-secret.tsx'
import { type Connection, connectionsQuery } from './queries.ts'

type RotateConnectionProps = { connection: Connection; onMade: (made: Made) => void; onClose: () => void }

/** Mounted while it is open. */
export function RotateConnectionDialog({ connection: { id, name }, onMade, onClose }: RotateConnectionProps) {
  const queryClient = useQueryClient()
  const rotate = async (body: object) => {
    const { secret } = await call(madeConnection.omit({ url: true }), `/connections/${id}/rotate`, {
      method: 'POST',
      body,
    })
    await queryClient.invalidateQueries({ queryKey: connectionsQuery.queryKey })
    onMade({ id, secret })
  }
  return (
    <RotateDialog
      name={name}
      secret="secret"
      lead="The address stays. A new secret is made and shown once; until the old one ends, both are accepted."
      rotate={rotate}
      onClose={onClose}
    />
  )
}
