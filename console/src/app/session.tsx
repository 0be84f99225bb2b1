/** Nobody sees a page before it is known who looks; whoever is not signed in learns how to. */
import { Center, Loader } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { createContext, type ReactNode, useContext } from 'react'
import type { z } from 'zod'
import { sessionReply } from '#modules/access/schemas.ts'
import { call } from '~/api/client.ts'
import { isSignedOut } from '~/api/failure.ts'
import { ErrorState } from '~/ui/states.tsx'
import { TimeZoneContext } from '~/ui/time.tsx'
import { sessionKey } from './query-client.ts'
import { SignedOut } from './signed-out.tsx'

type Session = z.output<typeof sessionReply>
const SessionContext = createContext<Session | null>(null)

/** Tenant, actor and permissions of whoever looks. */
export function useSession(): Session {
  const session = useContext(SessionContext)
  if (!session) throw new Error('useSession outside SessionGate')
  return session
}

/** Whether the session holds a permission; `*` grants all. */
export function useMay(permission: string): boolean {
  const { permissions } = useSession()
  return permissions.includes('*') || permissions.includes(permission)
}

/** Renders its children once there is a session. */
export function SessionGate({ children }: { children: ReactNode }) {
  const session = useQuery({
    queryKey: sessionKey,
    queryFn: ({ signal }) => call(sessionReply, '/session', { signal }),
    staleTime: 60_000,
  })
  if (isSignedOut(session.error)) return <SignedOut />
  if (session.data)
    return (
      <SessionContext value={session.data}>
        <TimeZoneContext value={session.data.tenant.time_zone}>{children}</TimeZoneContext>
      </SessionContext>
    )
  return (
    <Center mih="100dvh" p="md" component="main">
      {session.error ? (
        <ErrorState error={session.error} onRetry={() => void session.refetch()} />
      ) : (
        <Loader type="dots" aria-label="Loading" role="status" />
      )}
    </Center>
  )
}
