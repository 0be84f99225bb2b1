/** `/register/confirm#token=…`: the address is right; now the person behind it, then somebody approves. */
import { Button, Skeleton, Stack, Text, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { registrationConfirmed } from '#modules/tenants/schemas.ts'
import { callAuth } from '~/api/client.ts'
import { ApiProblem } from '~/api/failure.ts'
import { noteSignedIn } from '~/api/session.ts'
import { useForm } from '~/ui/form.ts'
import { FormFailure } from '~/ui/form-failure.tsx'
import { TextLink } from '~/ui/link.tsx'
import { AuthFrame } from './auth-frame.tsx'
import { Done } from './done.tsx'
import { forgetLinkToken, useLinkToken } from './link-token.ts'
import { NewPassword } from './new-password.tsx'
import { SignInFirst } from './sign-in-first.tsx'
import { whoIsHereQuery } from './who-is-here.ts'

/** The page that the registration's mail opens. */
export function RegisterConfirmPage() {
  const token = useLinkToken()
  const here = useQuery(whoIsHereQuery)
  if (token === null)
    return (
      <AuthFrame
        title="This link is not whole"
        lead="Open the link of the mail again; a part of it was lost on the way."
        below={<TextLink to="/register">Ask for a new one</TextLink>}
      />
    )
  if (here.isPending)
    return (
      <AuthFrame title="Nearly there">
        <Skeleton height={220} aria-busy role="status" aria-label="Loading" />
      </AuthFrame>
    )
  return <ConfirmForm token={token} signedInAs={here.data?.person?.email} />
}

function ConfirmForm({ token, signedInAs }: { token: string; signedInAs: string | undefined }) {
  const form = useForm({
    initial: { name: '', password: '', done: false },
    submit: async ({ name, password }) => {
      const body = { token, ...(signedInAs === undefined ? { name, password } : {}) }
      await callAuth(registrationConfirmed, '/register/confirm', { method: 'POST', body })
      forgetLinkToken()
      noteSignedIn()
      form.set('done', true)
    },
  })
  if (form.values.done)
    return (
      <Done title="Waiting for approval" below={<TextLink to="/account">Your account</TextLink>}>
        Whoever runs this instance was told. You get a mail as soon as the tenant is ready; nothing more to do until
        then.
      </Done>
    )
  const slug = form.failure instanceof ApiProblem ? form.failure.body.type : ''
  if (slug.endsWith('/sign-in-first') || slug.endsWith('/other-person'))
    return (
      <AuthFrame title="Sign in first">
        <SignInFirst token={token} other={signedInAs} />
      </AuthFrame>
    )
  return (
    <AuthFrame title="Nearly there" lead={signedInAs ? null : 'Who are you, and how will you sign in?'}>
      <form onSubmit={(event) => void form.onSubmit(event)} noValidate>
        <Stack>
          {signedInAs ? (
            <Text>You are signed in as {signedInAs}.</Text>
          ) : (
            <>
              <TextInput label="Your name" autoComplete="name" autoFocus {...form.text('name')} />
              <NewPassword {...form.text('password')} />
            </>
          )}
          <FormFailure error={form.failure} />
          <Button type="submit" loading={form.busy} fullWidth>
            Ask for the tenant
          </Button>
        </Stack>
      </form>
    </AuthFrame>
  )
}
