/** `/register/confirm#token=…`: the address is right; now the person behind it, then somebody approves. */
import { Skeleton, Text, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { registrationConfirmed } from '#modules/tenants/schemas.ts'
import { callAuth } from '~/api/client.ts'
import { ApiProblem } from '~/api/failure.ts'
import { noteSignedIn } from '~/api/session.ts'
import { useForm } from '~/ui/form.ts'
import { TextLink } from '~/ui/link.tsx'
import { AuthFailure } from './auth-failure.tsx'
import { AuthForm } from './auth-form.tsx'
import { AuthFrame } from './auth-frame.tsx'
import { Done } from './done.tsx'
import { forgetLinkToken, useLinkToken } from './link-token.ts'
import { NewPassword } from './new-password.tsx'
import { methodsQuery, nameOnly } from './queries.ts'
import { SignInFirst } from './sign-in-first.tsx'
import { whoIsHereQuery } from './who-is-here.ts'

/** The page that the registration's mail opens. */
export function RegisterConfirmPage() {
  const token = useLinkToken()
  const here = useQuery(whoIsHereQuery)
  const methods = useQuery(methodsQuery)
  if (token === null)
    return (
      <AuthFrame
        title="This link is not whole"
        lead="Open the link of the mail again; a part of it was lost on the way."
        below={<TextLink to="/register">Ask for a new one</TextLink>}
      />
    )
  if (methods.error && !methods.data)
    return (
      <AuthFrame title="Nearly there">
        <AuthFailure error={methods.error} onRetry={() => void methods.refetch()} />
      </AuthFrame>
    )
  if (here.isPending || !methods.data)
    return (
      <AuthFrame title="Nearly there">
        <Skeleton height={220} aria-busy role="status" aria-label="Loading" />
      </AuthFrame>
    )
  const provider = methods.data.oidc?.label ?? null
  return <ConfirmForm token={token} signedInAs={here.data?.person?.email} provider={provider} />
}

/** `provider` is what the identity provider’s button says, where that is the way in: then nobody chooses a password. */
type ConfirmFormProps = { token: string; signedInAs: string | undefined; provider: string | null }

function ConfirmForm({ token, signedInAs, provider }: ConfirmFormProps) {
  const form = useForm({
    initial: { name: '', password: '', done: null as 'signed-in' | 'sign-in-elsewhere' | null },
    submit: async ({ name, password }) => {
      const account = provider === null ? { name, password } : nameOnly(name)
      const body = { token, ...(signedInAs === undefined ? account : {}) }
      const { status } = await callAuth(registrationConfirmed, '/register/confirm', { method: 'POST', body })
      forgetLinkToken()
      if (status === 'signed-in') noteSignedIn()
      form.set('done', status)
    },
  })
  // No button yet: whoever belongs to no tenant is refused when they come back from the provider.
  if (form.values.done === 'sign-in-elsewhere')
    return (
      <Done title="Waiting for approval" below={<TextLink to="/sign-in">To the sign-in page</TextLink>}>
        Somebody who runs this instance decides. You get a mail as soon as the tenant is ready; then sign in with “
        {provider}”. You need no password.
      </Done>
    )
  if (form.values.done)
    return (
      <Done title="Waiting for approval" below={<TextLink to="/account">Your account</TextLink>}>
        Somebody who runs this instance decides. You get a mail as soon as the tenant is ready; nothing more to do until
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
    <AuthFrame
      title="Nearly there"
      lead={signedInAs ? null : provider ? 'Who are you?' : 'Who are you, and how will you sign in?'}
    >
      <AuthForm form={form} submitLabel="Ask for the tenant">
        {signedInAs ? (
          <Text>You are signed in as {signedInAs}.</Text>
        ) : (
          <>
            <TextInput label="Your name" autoComplete="name" autoFocus {...form.text('name')} />
            {provider === null ? (
              <NewPassword {...form.text('password')} />
            ) : (
              <Text>You will sign in with your organisation’s account, so there is no password to choose.</Text>
            )}
          </>
        )}
      </AuthForm>
    </AuthFrame>
  )
}
