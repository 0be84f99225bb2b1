/** The root of all addresses, and those outside the frame: signing in, setting up, what mails and terminals link to. */
import { createRootRoute, createRoute, lazyRouteComponent, Outlet, useMatches } from '@tanstack/react-router'
import { z } from 'zod'
import { queryClient } from './query-client.ts'
import { sessionQuery } from './session.tsx'
import { SignedIn } from './signed-in.tsx'

function Root() {
  const isOutside = useMatches({ select: (matches) => matches.some(({ staticData }) => staticData.outside) })
  if (isOutside) return <Outlet />
  return <SignedIn />
}

export const root = createRootRoute({
  component: Root,
  notFoundComponent: lazyRouteComponent(() => import('./not-found.tsx'), 'NotFound'),
})

/** Where to go after signing in, and why the last attempt failed (set by the server when it sends a browser back). */
const signInSearch = z.object({
  return_to: z.string().max(2000).optional().catch(undefined),
  problem: z.string().max(100).optional().catch(undefined),
})
const staticData = { outside: true }

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  staticData,
  validateSearch: signInSearch.parse,
  component: lazyRouteComponent(() => import('~/features/auth/sign-in-page.tsx'), 'SignInPage'),
})
const setup = createRoute({
  getParentRoute: () => root,
  path: '/setup',
  staticData,
  component: lazyRouteComponent(() => import('~/features/auth/setup-page.tsx'), 'SetupPage'),
})
const reset = createRoute({
  getParentRoute: () => root,
  path: '/reset',
  staticData,
  component: lazyRouteComponent(() => import('~/features/auth/reset-page.tsx'), 'ResetPage'),
})
const register = createRoute({
  getParentRoute: () => root,
  path: '/register',
  staticData,
  component: lazyRouteComponent(() => import('~/features/auth/register-page.tsx'), 'RegisterPage'),
})
const registerConfirm = createRoute({
  getParentRoute: () => root,
  path: '/register/confirm',
  staticData,
  component: lazyRouteComponent(() => import('~/features/auth/register-confirm-page.tsx'), 'RegisterConfirmPage'),
})
const invitation = createRoute({
  getParentRoute: () => root,
  path: '/invitation',
  staticData,
  component: lazyRouteComponent(() => import('~/features/auth/invitation-page.tsx'), 'InvitationPage'),
})

const answer = createRoute({
  getParentRoute: () => root,
  path: '/answer',
  staticData,
  component: lazyRouteComponent(() => import('~/features/pulse/answer-page.tsx'), 'AnswerPage'),
})

export const outside = [signIn, setup, reset, register, registerConfirm, invitation, answer] as const

// An address of the frame: who looks is asked while the page's script is on its way.
if (!outside.some(({ path }) => path === globalThis.location?.pathname)) void queryClient.prefetchQuery(sessionQuery)

declare module '@tanstack/react-router' {
  interface StaticDataRouteOption {
    outside?: boolean
  }
}
