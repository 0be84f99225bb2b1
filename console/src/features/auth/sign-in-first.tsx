/** The link is for an account that exists: its person signs in and comes back. */
import { Button, Stack, Text } from '@mantine/core'
import { useLocation, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { z } from 'zod'
import { callAuth } from '~/api/client.ts'
import { tellTabs } from '~/api/tabs.ts'
import { FormFailure } from '~/ui/form-failure.tsx'
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
  const [failure, setFailure] = useState<unknown>(null)
  async function signIn() {
    keepLinkToken(token)
    try {
      if (other !== undefined) {
        await callAuth(z.unknown(), '/sign-out', { method: 'POST', body: {} })
        tellTabs('signed-out')
      }
      await navigate({ to: '/sign-in', search: { return_to: path } })
    } catch (error) {
      setFailure(error)
    }
  }
  return (
    <Stack>
      <Text>
        {other === undefined
          ? `${email ?? 'The address of this link'} has an account here. Sign in with it, and you come back.`
          : `You are signed in as ${other}, but the link is for ${email ?? 'another address'}.`}
      </Text>
      <FormFailure error={failure} />
      <Button onClick={() => void signIn()} autoFocus>
        {other === undefined ? 'Sign in' : 'Sign in as the other'}
      </Button>
    </Stack>
  )
}
