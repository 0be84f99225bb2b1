/** The authenticator app: connect it by its code, remove it. */
import { Button, Text } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { lazy, Suspense, useState } from 'react'
import { z } from 'zod'
import { call } from '~/api/client.ts'
import { Confirm } from '~/ui/dialog.tsx'
import { LoadedPanel } from '~/ui/loaded-panel.tsx'
import { Tag } from '~/ui/tag.tsx'
import { Day, Moment } from '~/ui/time.tsx'
import { useToast } from '~/ui/toast.tsx'
import { useConfirmed } from './confirm-yourself.tsx'
import { type FactorsQuery, secondFactorsQuery } from './queries.ts'

// With it comes what draws the QR code.
const ConnectApp = lazy(() => import('./connect-app.tsx').then((module) => ({ default: module.ConnectApp })))

/** Whether there is one, and since when. */
export function AppPanel({ query }: { query: FactorsQuery }) {
  const [open, setOpen] = useState<'connect' | 'remove' | null>(null)
  const close = () => setOpen(null)
  const totp = query.data?.totp
  return (
    <LoadedPanel
      title="Authenticator app"
      note="A code from your phone, as the second factor"
      height={96}
      query={query}
      action={
        query.data ? (
          <Button variant="default" size="xs" onClick={() => setOpen(totp ? 'remove' : 'connect')}>
            {totp ? 'Remove' : 'Connect'}
          </Button>
        ) : null
      }
    >
      {({ totp: app }) => (
        <>
          {app ? (
            <Text component="div">
              <Tag tone="good">connected</Tag> since <Day value={app.confirmed_at.slice(0, 10)} />
              {app.last_used_at ? (
                <>
                  , last used <Moment value={app.last_used_at} />
                </>
              ) : null}
            </Text>
          ) : (
            <Text c="dimmed">None is connected.</Text>
          )}
          {open === 'connect' ? (
            <Suspense fallback={null}>
              <ConnectApp onClose={close} />
            </Suspense>
          ) : null}
          {open === 'remove' ? <RemoveApp onClose={close} /> : null}
        </>
      )}
    </LoadedPanel>
  )
}

function RemoveApp({ onClose }: { onClose: () => void }) {
  const queryClient = useQueryClient()
  const toast = useToast()
  const confirmed = useConfirmed()
  return (
    <Confirm
      title="Remove the authenticator app?"
      question="Its codes are worth nothing from now on. Without another second factor your password alone lets anybody in."
      action="Remove it"
      onClose={onClose}
      onConfirm={async () => {
        await confirmed(() => call(z.unknown(), '/account/totp', { method: 'DELETE' }))
        await queryClient.invalidateQueries({ queryKey: secondFactorsQuery.queryKey })
        toast('The authenticator app is removed')
      }}
    />
  )
}
