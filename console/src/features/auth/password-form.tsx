/** E-mail address and password; the browser's list of accounts offers passkeys too. */
import type { z } from 'zod'
import { signInReply } from '#modules/people/schemas.ts'
import { callAuth } from '~/api/client.ts'
import { useForm } from '~/ui/form.ts'
import { TextLink } from '~/ui/link.tsx'
import { AuthForm } from './auth-form.tsx'
import { EmailField } from './email-field.tsx'
import { PasswordField } from './password-field.tsx'
import { usePasskeyAutofill } from './use-passkey-autofill.ts'

type PasswordFormProps = {
  canReset: boolean
  /** Whether a passkey alone signs in. */
  passkeys: boolean
  onReply: (reply: z.output<typeof signInReply>) => void
}

/** The form; a wrong password stays for being mended. */
export function PasswordForm({ canReset, passkeys, onReply }: PasswordFormProps) {
  const form = useForm({
    initial: { email: '', password: '' },
    submit: async (body) => onReply(await callAuth(signInReply, '/login', { method: 'POST', body })),
  })
  const passkeyFailure = usePasskeyAutofill(passkeys, onReply)
  return (
    <AuthForm
      form={{ ...form, failure: form.failure ?? passkeyFailure }}
      submitLabel="Sign in"
      below={
        canReset ? (
          <TextLink to="/reset" fz="sm" ta="center">
            Forgot the password?
          </TextLink>
        ) : null
      }
    >
      <EmailField
        name="email"
        autoComplete={passkeys ? 'username webauthn' : 'username'}
        required
        withAsterisk={false}
        autoFocus
        {...form.text('email')}
      />
      <PasswordField label="Password" name="password" autoComplete="current-password" {...form.text('password')} />
    </AuthForm>
  )
}
