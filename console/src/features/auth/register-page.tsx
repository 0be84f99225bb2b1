/** `/register`: somebody asks for a tenant of their own. */
import { Button, Stack, TextInput } from '@mantine/core'
import { accepted } from '#modules/tenants/schemas.ts'
import { callAuth } from '~/api/client.ts'
import { useForm } from '~/ui/form.ts'
import { FormFailure } from '~/ui/form-failure.tsx'
import { TextLink } from '~/ui/link.tsx'
import { AuthFrame } from './auth-frame.tsx'
import { Done } from './done.tsx'

const back = (
  <>
    You have an account? <TextLink to="/sign-in">Sign in</TextLink>
  </>
)

/** The first step; the mail's link is the second. */
export function RegisterPage() {
  const form = useForm({
    initial: { organisation: '', email: '', sent: false },
    submit: async ({ organisation, email }) => {
      await callAuth(accepted, '/register', { method: 'POST', body: { organisation, email } })
      form.set('sent', true)
    },
  })
  if (form.values.sent)
    return (
      <Done title="Look into your mail" below={back}>
        We sent {form.values.email} a link. Open it to go on; it works once.
      </Done>
    )
  return (
    <AuthFrame
      title="Ask for a tenant"
      lead="A tenant holds the streams, people and figures of one organisation. Somebody approves it before it is ready."
      below={back}
    >
      <form onSubmit={(event) => void form.onSubmit(event)} noValidate>
        <Stack>
          <TextInput label="Organisation" autoComplete="organization" autoFocus {...form.text('organisation')} />
          <TextInput
            label="E-mail address"
            description="Where you work"
            type="email"
            autoComplete="email"
            autoCapitalize="none"
            spellCheck={false}
            {...form.text('email')}
          />
          <FormFailure error={form.failure} />
          <Button type="submit" loading={form.busy} fullWidth>
            Send the link
          </Button>
        </Stack>
      </form>
    </AuthFrame>
  )
}
