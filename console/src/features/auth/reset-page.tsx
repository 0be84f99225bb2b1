/** `/reset`: ask for a link by mail; `/reset#token=…`: the new password. */
import { z } from 'zod'
import { accepted } from '#modules/people/schemas.ts'
import { callAuth } from '~/api/client.ts'
import { useForm } from '~/ui/form.ts'
import { TextLink } from '~/ui/link.tsx'
import { AuthForm } from './auth-form.tsx'
import { AuthFrame } from './auth-frame.tsx'
import { Done } from './done.tsx'
import { EmailField } from './email-field.tsx'
import { forgetLinkToken, useLinkToken } from './link-token.ts'
import { NewPassword } from './new-password.tsx'

const back = <TextLink to="/sign-in">Back to sign-in</TextLink>

/** One page for both steps, as the mail leads to the second. */
export function ResetPage() {
  const token = useLinkToken()
  return token === null ? <AskForLink /> : <NewPasswordForm token={token} />
}

function AskForLink() {
  const form = useForm({
    initial: { email: '', sent: false },
    submit: async ({ email }) => {
      await callAuth(accepted, '/reset/request', { method: 'POST', body: { email } })
      form.set('sent', true)
    },
  })
  if (form.values.sent)
    return (
      <Done title="Look into your mail" below={back}>
        If {form.values.email} belongs to an account here, a link is on its way. It works once, for an hour.
      </Done>
    )
  return (
    <AuthFrame title="Forgot the password" lead="A link by mail lets you choose a new one." below={back}>
      <AuthForm form={form} submitLabel="Send the link">
        <EmailField autoComplete="username" autoFocus {...form.text('email')} />
      </AuthForm>
    </AuthFrame>
  )
}

function NewPasswordForm({ token }: { token: string }) {
  const form = useForm({
    initial: { password: '', changed: false },
    submit: async ({ password }) => {
      await callAuth(z.unknown(), '/reset', { method: 'POST', body: { token, password } })
      forgetLinkToken()
      form.set('changed', true)
    },
  })
  if (form.values.changed)
    return (
      <Done title="The password is changed">
        All sessions of the account have ended. <TextLink to="/sign-in">Sign in with the new password</TextLink>
      </Done>
    )
  return (
    <AuthFrame title="Choose a new password" lead="All sessions of the account end with it." below={back}>
      <AuthForm form={form} submitLabel="Change the password">
        <NewPassword label="New password" autoFocus {...form.text('password')} />
      </AuthForm>
    </AuthFrame>
  )
}
