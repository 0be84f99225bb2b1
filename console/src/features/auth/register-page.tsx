/** `/register`: somebody asks for a tenant of their own. */
import { TextInput } from '@mantine/core'
import { accepted } from '#modules/tenants/schemas.ts'
import { callAuth } from '~/api/client.ts'
import { useForm } from '~/ui/form.ts'
import { TextLink } from '~/ui/link.tsx'
import { AuthForm } from './auth-form.tsx'
import { AuthFrame } from './auth-frame.tsx'
import { Done } from './done.tsx'
import { EmailField } from './email-field.tsx'

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
      <AuthForm form={form} submitLabel="Send the link">
        <TextInput label="Organisation" autoComplete="organization" autoFocus {...form.text('organisation')} />
        <EmailField description="Where you work" autoComplete="email" {...form.text('email')} />
      </AuthForm>
    </AuthFrame>
  )
}
