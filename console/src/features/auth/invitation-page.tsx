/** `/invitation#token=…`: into a tenant, with an account or by making one. */
import { Button, Skeleton, Text, TextInput } from '@mantine/core'
import { IconLogin2 } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { z } from 'zod'
import { invitationAccepted, invitationPreview } from '#modules/tenants/schemas.ts'
import { callAuth } from '~/api/client.ts'
import { useForm } from '~/ui/form.ts'
import { AuthFailure } from './auth-failure.tsx'
import { AuthForm } from './auth-form.tsx'
import { AuthFrame } from './auth-frame.tsx'
import { useEntering } from './entering.ts'
import { forgetLinkToken, useLinkToken } from './link-token.ts'
import { NewPassword } from './new-password.tsx'
import { nameOnly } from './queries.ts'
import { SignInFirst } from './sign-in-first.tsx'
import { whoIsHereQuery } from './who-is-here.ts'

type Preview = z.output<typeof invitationPreview>
/** The account is made, and its person is to sign in with the identity provider. */
type Elsewhere = Extract<z.output<typeof invitationAccepted>, { status: 'sign-in-elsewhere' }>

/** The page that the invitation's mail opens. */
export function InvitationPage() {
  const [elsewhere, setElsewhere] = useState<Elsewhere | null>(null)
  const token = useLinkToken()
  const preview = useQuery({
    queryKey: ['auth-invitation', token],
    queryFn: ({ signal }) => callAuth(invitationPreview, '/invitation', { method: 'POST', body: { token }, signal }),
    enabled: token !== null,
    retry: false,
    staleTime: Number.POSITIVE_INFINITY,
  })
  const here = useQuery(whoIsHereQuery)
  if (elsewhere) return <NowSignIn elsewhere={elsewhere} />
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
        <Accept token={token} invitation={invitation} onElsewhere={setElsewhere} />
      )}
    </AuthFrame>
  )
}

const Lead = ({ invitation: { invited_by: by, email, role } }: { invitation: Preview }) => (
  <>
    {by} invites {email}, as {/^[aeiou]/.test(role) ? 'an' : 'a'} {role}.
  </>
)

/** The last step, where people sign in with the identity provider. */
const NowSignIn = ({ elsewhere: { provider, tenant } }: { elsewhere: Elsewhere }) => (
  <AuthFrame title={`You belong to ${tenant.name}`} lead="Now sign in; here you need no password.">
    <Button component="a" href="/auth/oidc/start" fullWidth leftSection={<IconLogin2 size={18} stroke={1.6} />}>
      {provider}
    </Button>
  </AuthFrame>
)

type AcceptProps = { token: string; invitation: Preview; onElsewhere: (accepted: Elsewhere) => void }

function Accept({ token, invitation, onElsewhere }: AcceptProps) {
  const { arrive } = useEntering()
  const isNew = !invitation.account_exists
  const choosesPassword = invitation.sign_in === 'password'
  const form = useForm({
    initial: { name: '', password: '' },
    submit: async ({ name, password }) => {
      const account = choosesPassword ? { name, password } : nameOnly(name)
      const body = { token, ...(isNew ? account : {}) }
      const accepted = await callAuth(invitationAccepted, '/invitation/accept', { method: 'POST', body })
      forgetLinkToken()
      if (accepted.status === 'sign-in-elsewhere') onElsewhere(accepted)
      else arrive()
    },
  })
  return (
    <AuthForm form={form} submitLabel="Join">
      {isNew ? (
        <>
          <input type="hidden" name="email" autoComplete="username" value={invitation.email} />
          <TextInput label="Your name" autoComplete="name" autoFocus {...form.text('name')} />
          {choosesPassword ? (
            <NewPassword {...form.text('password')} />
          ) : (
            <Text>You sign in with your organisation’s account. Join first.</Text>
          )}
        </>
      ) : (
        <Text>You are signed in as {invitation.email}.</Text>
      )}
    </AuthForm>
  )
}
