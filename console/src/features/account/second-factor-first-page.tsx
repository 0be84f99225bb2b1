/** In place of every page: the installation demands a second factor of this person, who has none. */
import { Anchor, Button, Center, Loader, Stack } from '@mantine/core'
import { IconDeviceMobile, IconFingerprint } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { lazy, Suspense, useState } from 'react'
import { tellTabs } from '~/api/tabs.ts'
import { useSession } from '~/app/session.tsx'
import { useSignOut } from '~/app/sign-out.ts'
import { AuthFrame } from '~/features/auth/auth-frame.tsx'
import { passkeysPossible } from '~/features/auth/passkeys.ts'
import { FormFailure } from '~/ui/form-failure.tsx'
import { useAddPasskey } from './add-passkey.ts'
import { ConfirmedProvider } from './confirm-yourself.tsx'
import { secondFactorsQuery } from './queries.ts'
import { RecoveryCodes } from './recovery-codes.tsx'

const ConnectApp = lazy(() => import('./connect-app.tsx').then((module) => ({ default: module.ConnectApp })))

/** Every process of the server believes for half a second what it knew of a session, and of a factor for another half. */
const believedMs = 1100

/** Why, the two ways, and then the page that was wanted, fresh: everything on it was refused before. */
export function SecondFactorFirstPage() {
  const { person } = useSession()
  const signOut = useSignOut()
  const [done, setDone] = useState(false)
  const goOn = () => {
    setDone(true)
    setTimeout(() => {
      tellTabs('changed')
      globalThis.location.reload()
    }, believedMs)
  }
  return (
    <ConfirmedProvider>
      <AuthFrame
        title={done ? 'Your second factor is there' : 'Add a second factor'}
        lead={
          done
            ? 'One moment, the page you wanted follows.'
            : 'Whoever runs this instance asks you for one: it keeps others out who know your password. Until you have it, nothing else works here.'
        }
        below={
          <>
            {person?.email} ·{' '}
            <Anchor component="button" type="button" inherit onClick={signOut}>
              Sign out
            </Anchor>
          </>
        }
      >
        {done ? (
          <Center>
            <Loader type="dots" aria-label="Loading" role="status" />
          </Center>
        ) : (
          <Ways onAdded={goOn} />
        )}
      </AuthFrame>
    </ConfirmedProvider>
  )
}

function Ways({ onAdded }: { onAdded: () => void }) {
  const factors = useQuery(secondFactorsQuery)
  const passkey = useAddPasskey(onAdded)
  const [connecting, setConnecting] = useState(false)
  return (
    <Stack gap="xs">
      <Button
        autoFocus
        fullWidth
        leftSection={<IconDeviceMobile size={18} stroke={1.6} />}
        onClick={() => setConnecting(true)}
      >
        Connect an authenticator app
      </Button>
      {factors.data?.passkeys_here.possible && passkeysPossible() ? (
        <Button
          variant="default"
          fullWidth
          leftSection={<IconFingerprint size={18} stroke={1.6} />}
          loading={passkey.busy}
          onClick={() => void passkey.add()}
        >
          Add a passkey
        </Button>
      ) : null}
      <FormFailure error={passkey.failure} />
      {connecting ? (
        <Suspense fallback={null}>
          <ConnectApp
            onClose={(connected) => {
              setConnecting(false)
              if (connected) onAdded()
            }}
          />
        </Suspense>
      ) : null}
      {passkey.codes ? <RecoveryCodes codes={passkey.codes} onClose={passkey.forgetCodes} /> : null}
    </Stack>
  )
}
