/** E-mail address and password; the browser's list of accounts offers passkeys too. */
import { Button, Stack, TextInput } from '@mantine/core'
import type { z } from 'zod'
import { signInReply } from '#modules/people/schemas.ts'
import { callAuth } from '~/api/client.ts'
import { useForm } from '~/ui/form.ts'
import { FormFailure } from '~/ui/form-failure.tsx'
import { TextLink } from '~/ui/link.tsx'
import { PasswordField } from './password-field.tsx'
import { usePasskeyAutofill } from './use-passkey-autofill.ts'

type PasswordFormProps = { canReset: boolean; onReply: (reply: z.output<typeof signInReply>) => void }

/** The form; a wrong password stays for being mended. */
export function PasswordForm({ canReset, onReply }: PasswordFormProps) {
  const form = useForm({
    initial: { email: '', password: '' },
    submit: async (body) => onReply(await callAuth(signInReply, '/login', { method: 'POST', body })),
  })
  const passkeyFailure = usePasskeyAutofill(onReply)
  return (
    <form onSubmit={(event) => void form.onSubmit(event)} noValidate>
      <Stack>
        <TextInput
          label="E-mail address"
          type="email"
          name="email"
          autoComplete="username webauthn"
          autoCapitalize="none"
          spellCheck={false}
          required
          withAsterisk={false}
          autoFocus
          {...form.text('email')}
        />
        <PasswordField label="Password" name="password" autoComplete="current-password" {...form.text('password')} />
        <FormFailure error={form.failure ?? passkeyFailure} />
        <Button type="submit" loading={form.busy} fullWidth>
          Sign in
        </Button>
        {canReset ? (
          <TextLink to="/reset" fz="sm" ta="center">
            Forgot the password?
          </TextLink>
        ) : null}
      </Stack>
    </form>
  )
}
