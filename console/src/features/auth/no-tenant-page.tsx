/** In place of every page: somebody is signed in but belongs to no tenant, or theirs is suspended. */
import { Anchor, Button, Stack, Text } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { sessionKey } from '~/app/query-client.ts'
import { roleWords, useSession } from '~/app/session.tsx'
import { useSignOut } from '~/app/sign-out.ts'
import { useSwitchTenant } from '~/app/switch-tenant.ts'
import { TextLink } from '~/ui/link.tsx'
import { AuthFrame } from './auth-frame.tsx'

const lookEveryMs = 20_000

/** What it means, and where else to go; moves on by itself when a tenant becomes ready. */
export function NoTenantPage() {
  const { person, tenants } = useSession()
  const queryClient = useQueryClient()
  const moveTo = useSwitchTenant()
  const signOut = useSignOut()
  useEffect(() => {
    const timer = setInterval(() => void queryClient.invalidateQueries({ queryKey: sessionKey }), lookEveryMs)
    return () => clearInterval(timer)
  }, [queryClient])
  return (
    <AuthFrame
      title={tenants.length > 0 ? 'This tenant is closed to you' : 'No tenant yet'}
      below={
        <>
          {person?.email} · <TextLink to="/account">Account</TextLink> ·{' '}
          <Anchor component="button" type="button" inherit onClick={signOut}>
            Sign out
          </Anchor>
        </>
      }
    >
      {tenants.length > 0 ? (
        <Stack gap="xs">
          <Text>It was suspended, or you no longer belong to it. You may go to:</Text>
          {tenants.map(({ id, name, role }) => (
            <Button key={id} variant="default" fullWidth onClick={() => moveTo(id)}>
              {name}, {roleWords(role)}
            </Button>
          ))}
        </Stack>
      ) : (
        <Stack gap="xs">
          <Text>
            If you asked for a tenant, it waits for approval: you get a mail, and this page moves on by itself.
          </Text>
          <Text>Otherwise ask somebody for an invitation to {person?.email}.</Text>
        </Stack>
      )}
    </AuthFrame>
  )
}
