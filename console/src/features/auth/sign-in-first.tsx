/** The link is for an account that exists: its person signs in and comes back. */
import { Button, Stack, Text } from '@mantine/core'
import { useLocation, useNavigate } from '@tanstack/react-router'
import { z } from 'zod'
import { callAuth } from '~/api/client.ts'
import { tellTabs } from '~/api/tabs.ts'
import { keepLinkToken } from './link-token.ts'

type SignInFirstProps = {
  token: string
  /** Whose link it is, where that is known. */
  email?: string
  /** Who is signed in instead. */
  other?: string | undefined
}

/** Why, and the way. */
export function SignInFirst({ token, email, other }: SignInFirstProps) {
  const navigate = useNavigate()
  const path = useLocation({ select: ({ pathname }) => pathname })
  const signIn = async () => {
    keepLinkToken(token)
    if (other !== undefined) {
      await callAuth(z.unknown(), '/sign-out', { method: 'POST', body: {} })
      tellTabs('signed-out')
    }
    await navigate({ to: '/sign-in', search: { return_to: path } })
  }
  return (
    <Stack>
      <Text>
        {other === undefined
          ? `${email ?? 'The address of this link'} has an account here. Sign in with it, and you come back.`
          : `You are signed in as ${other}, but the link is for ${email ?? 'another address'}.`}
      </Text>
      <Button onClick={() => void signIn()} autoFocus>
        {other === undefined ? 'Sign in' : 'Sign in as the other'}
      </Button>
    </Stack>
  )
}
