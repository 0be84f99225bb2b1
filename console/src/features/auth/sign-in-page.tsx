/** `/sign-in`: every way in that this instance has, and the second step where one is needed. */
import { Anchor, Divider, Skeleton, Stack } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { useEffect } from 'react'
import { onTabNews } from '~/api/tabs.ts'
import { TextLink } from '~/ui/link.tsx'
import { AuthFailure } from './auth-failure.tsx'
import { AuthFrame } from './auth-frame.tsx'
import { useEntering } from './entering.ts'
import { HowToSetUp } from './how-to-set-up.tsx'
import { hasOtherWays, OtherWays } from './other-ways.tsx'
import { passkeysPossible } from './passkeys.ts'
import { PasswordForm } from './password-form.tsx'
import { ProblemNotice } from './problem-notice.tsx'
import { methodsQuery, setupQuery } from './queries.ts'
import { SecondFactor } from './second-factor.tsx'

const route = getRouteApi('/sign-in')

/** The page of whoever is not signed in. */
export function SignInPage() {
  const { return_to: returnTo, problem } = route.useSearch()
  const methods = useQuery(methodsQuery)
  const setup = useQuery(setupQuery)
  const entering = useEntering(returnTo)
  const { arrive, needed } = entering
  // Signed in in another tab: this one is then too.
  useEffect(() => onTabNews((news) => (news === 'changed' ? arrive() : undefined)))
  if (needed)
    return (
      <AuthFrame
        title="One more step"
        lead="This account has a second factor."
        below={
          <Anchor component="button" type="button" inherit onClick={entering.startAgain}>
            Start again
          </Anchor>
        }
      >
        <SecondFactor needed={needed} onSignedIn={arrive} onExpired={entering.startAgain} />
      </AuthFrame>
    )
  const ways = setup.isPending ? undefined : methods.data
  const nobodyYet = setup.data?.needed === true
  const passkeys = ways?.passkey === true && passkeysPossible() && !nobodyYet
  return (
    <AuthFrame
      title={nobodyYet ? 'daytwo is not set up yet' : 'Sign in'}
      below={
        ways?.registration && !nobodyYet ? (
          <>
            New here? <TextLink to="/register">Ask for a tenant</TextLink>
          </>
        ) : null
      }
    >
      {problem ? <ProblemNotice slug={problem} /> : null}
      {methods.error && !methods.data ? (
        <AuthFailure error={methods.error} onRetry={() => void methods.refetch()} />
      ) : ways ? (
        <Stack gap="lg">
          {nobodyYet ? (
            <HowToSetUp />
          ) : ways.password ? (
            <PasswordForm canReset={ways.reset} passkeys={passkeys} onReply={entering.enter} />
          ) : null}
          {hasOtherWays({ methods: ways, passkeys }) ? (
            <>
              {nobodyYet || ways.password ? <Divider label="or" /> : null}
              <OtherWays methods={ways} passkeys={passkeys} returnTo={returnTo} onReply={entering.enter} />
            </>
          ) : null}
        </Stack>
      ) : (
        <Skeleton height={236} aria-busy role="status" aria-label="Loading" />
      )}
    </AuthFrame>
  )
}
