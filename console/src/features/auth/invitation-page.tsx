/** `/invitation#token=…`: into a tenant, with an account or by making one. */
import { Button, Skeleton, Stack, Text, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { z } from 'zod'
import { invitationAccepted, invitationPreview } from '#modules/tenants/schemas.ts'
import { callAuth } from '~/api/client.ts'
import { useForm } from '~/ui/form.ts'
import { FormFailure } from '~/ui/form-failure.tsx'
import { AuthFailure } from './auth-failure.tsx'
import { AuthFrame } from './auth-frame.tsx'
import { useEntering } from './entering.ts'
import { forgetLinkToken, useLinkToken } from './link-token.ts'
import { NewPassword } from './new-password.tsx'
import { SignInFirst } from './sign-in-first.tsx'
import { whoIsHereQuery } from './who-is-here.ts'

type Preview = z.output<typeof invitationPreview>

/** The page that the invitation's mail opens. */
export function InvitationPage() {
  const token = useLinkToken()
  const preview = useQuery({
    queryKey: ['auth-invitation', token],
    queryFn: ({ signal }) => callAuth(invitationPreview, '/invitation', { method: 'POST', body: { token }, signal }),
    enabled: token !== null,
    retry: false,
    staleTime: Number.POSITIVE_INFINITY,
  })
  const here = useQuery(whoIsHereQuery)
  if (token === null)
    return (
      <AuthFrame
        title="This link is not whole"
        lead="Open the link of the invitation’s mail again; a part of it was lost on the way."
      />
    )
  if (preview.error)
    return (
      <AuthFrame title="Invitation">
        <AuthFailure error={preview.error} />
      </AuthFrame>
    )
  if (!preview.data || here.isPending)
    return (
      <AuthFrame title="Invitation">
        <Skeleton height={180} aria-busy role="status" aria-label="Loading" />
      </AuthFrame>
    )
  const invitation = preview.data
  const isThem = here.data?.person?.email === invitation.email
  return (
    <AuthFrame title={`Join ${invitation.tenant}`} lead={<Lead invitation={invitation} />}>
      {invitation.account_exists && !isThem ? (
        <SignInFirst token={token} email={invitation.email} other={here.data?.person?.email} />
      ) : (
        <Accept token={token} invitation={invitation} />
      )}
    </AuthFrame>
  )
}

const Lead = ({ invitation: { invited_by: by, email, role } }: { invitation: Preview }) => (
  <>
    {by} invites {email}, as {/^[aeiou]/.test(role) ? 'an' : 'a'} {role}.
  </>
)

function Accept({ token, invitation }: { token: string; invitation: Preview }) {
  const { arrive } = useEntering()
  const isNew = !invitation.account_exists
  const form = useForm({
    initial: { name: '', password: '' },
    submit: async (values) => {
      const body = { token, ...(isNew ? values : {}) }
      await callAuth(invitationAccepted, '/invitation/accept', { method: 'POST', body })
      forgetLinkToken()
      arrive()
    },
  })
  return (
    <form onSubmit={(event) => void form.onSubmit(event)} noValidate>
      <Stack>
        {isNew ? (
          <>
            <input type="hidden" name="email" autoComplete="username" value={invitation.email} />
            <TextInput label="Your name" autoComplete="name" autoFocus {...form.text('name')} />
            <NewPassword {...form.text('password')} />
          </>
        ) : (
          <Text>You are signed in as {invitation.email}.</Text>
        )}
        <FormFailure error={form.failure} />
        <Button type="submit" loading={form.busy} fullWidth>
          Join
        </Button>
      </Stack>
    </form>
  )
}
