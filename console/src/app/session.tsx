/** Nobody sees a page before it is known who looks; whoever is not signed in is led to sign-in and back. */
import { Center, Loader } from '@mantine/core'
import { queryOptions, useQuery } from '@tanstack/react-query'
import { Navigate, useLocation } from '@tanstack/react-router'
import { createContext, lazy, type ReactNode, Suspense, useContext, useEffect, useState } from 'react'
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
const SecondFactorFirstPage = lazy(() =>
  import('~/features/account/second-factor-first-page.tsx').then((module) => ({
    default: module.SecondFactorFirstPage,
  })),
)

export type Session = z.output<typeof sessionReply>
const SessionContext = createContext<Session | null>(null)

/** Who looks, in which tenant, with which permissions. */
export function useSession(): Session {
  const session = useContext(SessionContext)
  if (!session) throw new Error('useSession outside SessionGate')
  return session
}

/** Tells whether the session holds a permission; `*` grants all. */
export function useRights(): (permission: string) => boolean {
  const { permissions } = useSession()
  return (permission) => permissions.includes('*') || permissions.includes(permission)
}

/** Whether the session holds a permission. */
export const useMay = (permission: string): boolean => useRights()(permission)

const words: Record<string, string> = { platform_admin: 'platform administrator', support: 'platform support' }

/** A role as people say it. */
export const roleWords = (role: string): string => words[role] ?? role

/** Who is signed in, where, as what. */
export const sessionQuery = queryOptions({
  queryKey: sessionKey,
  queryFn: ({ signal }) => call(sessionReply, '/session', { signal }),
  staleTime: 60_000,
})

/** Renders its children once there is a session. */
export function SessionGate({ children }: { children: ReactNode }) {
  const session = useQuery(sessionQuery)
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
  const now = useLocation({ select: ({ href }) => href })
  // The address that was wanted: before this is gone, the router says that it is at sign-in already.
  const [here] = useState(() => safeReturnTo(now))
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
  const factorFirst = useFactorFirst(session)
  const timeZone = session.tenant?.time_zone ?? Intl.DateTimeFormat().resolvedOptions().timeZone
  return (
    <SessionContext value={session}>
      <TimeZoneContext value={timeZone}>
        <Suspense fallback={null}>
          {factorFirst ? <SecondFactorFirstPage /> : nowhere ? <NoTenantPage /> : children}
        </Suspense>
      </TimeZoneContext>
    </SessionContext>
  )
}

/** Once true it stays so: its page ends by loading afresh, and until then shows recovery codes that must not vanish. */
function useFactorFirst({ second_factor_required: isDue }: Session): boolean {
  const [wasDue, setWasDue] = useState(isDue)
  if (isDue && !wasDue) setWasDue(true)
  return isDue || wasDue
}
