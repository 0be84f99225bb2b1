/** Nobody sees a page before it is known who looks; whoever is not signed in is led to sign-in and back. */
import { Center, Loader } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Navigate, useLocation } from '@tanstack/react-router'
import { createContext, lazy, type ReactNode, Suspense, useContext, useEffect } from 'react'
import type { z } from 'zod'
import { sessionReply } from '#modules/access/schemas.ts'
import { call } from '~/api/client.ts'
import { isSignedOut } from '~/api/failure.ts'
import { keepAccess } from '~/api/renewal.ts'
import { onTabNews } from '~/api/tabs.ts'
import { ErrorState } from '~/ui/states.tsx'
import { TimeZoneContext } from '~/ui/time.tsx'
import { sessionKey } from './query-client.ts'
import { safeReturnTo, signInAddress } from './return-to.ts'

const NoTenantPage = lazy(() =>
  import('~/features/auth/no-tenant-page.tsx').then((module) => ({ default: module.NoTenantPage })),
)

export type Session = z.output<typeof sessionReply>
const SessionContext = createContext<Session | null>(null)

/** Who looks, in which tenant, with which permissions. */
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

const words: Record<string, string> = { platform_admin: 'platform administrator', support: 'platform support' }

/** A role as people say it. */
export const roleWords = (role: string): string => words[role] ?? role

/** Renders its children once there is a session. */
export function SessionGate({ children }: { children: ReactNode }) {
  const session = useQuery({
    queryKey: sessionKey,
    queryFn: ({ signal }) => call(sessionReply, '/session', { signal }),
    staleTime: 60_000,
  })
  if (isSignedOut(session.error)) return <ToSignIn />
  if (session.data) return <SignedInAs session={session.data}>{children}</SignedInAs>
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

function ToSignIn() {
  const here = safeReturnTo(useLocation({ select: ({ href }) => href }))
  return <Navigate to="/sign-in" search={here === '/' ? {} : { return_to: here }} replace />
}

function SignedInAs({ session, children }: { session: Session; children: ReactNode }) {
  const path = useLocation({ select: ({ pathname }) => pathname })
  useEffect(keepAccess, [])
  useEffect(
    () =>
      onTabNews((news) => {
        // A fresh page, so that nothing of the session before stays in memory.
        if (news === 'signed-out') globalThis.location.assign(signInAddress())
        else globalThis.location.reload()
      }),
    [],
  )
  // Who belongs to no tenant can see to their own account, and to the platform's pages when they are of the platform.
  const nowhere = session.tenant === null && session.platform_role === null && !path.startsWith('/account')
  const timeZone = session.tenant?.time_zone ?? Intl.DateTimeFormat().resolvedOptions().timeZone
  return (
    <SessionContext value={session}>
      <TimeZoneContext value={timeZone}>
        {nowhere ? (
          <Suspense fallback={null}>
            <NoTenantPage />
          </Suspense>
        ) : (
          children
        )}
      </TimeZoneContext>
    </SessionContext>
  )
}
