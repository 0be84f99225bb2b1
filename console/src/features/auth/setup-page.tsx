/** `/setup#token=…`: the first administrator of a new instance. */
import { TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { signInReply } from '#modules/people/schemas.ts'
import { callAuth } from '~/api/client.ts'
import { useForm } from '~/ui/form.ts'
import { ButtonLink } from '~/ui/link.tsx'
import { AuthForm } from './auth-form.tsx'
import { AuthFrame } from './auth-frame.tsx'
import { EmailField } from './email-field.tsx'
import { useEntering } from './entering.ts'
import { HowToSetUp } from './how-to-set-up.tsx'
import { forgetLinkToken, useLinkToken } from './link-token.ts'
import { NewPassword } from './new-password.tsx'
import { setupQuery } from './queries.ts'

/** The page that the first start's link opens. */
export function SetupPage() {
  const token = useLinkToken()
  const state = useQuery(setupQuery)
  if (state.data?.needed === false)
    return (
      <AuthFrame
        title="daytwo is set up"
        lead="The first administrator is made already. Sign in, or ask whoever runs this instance for an invitation."
      >
        <ButtonLink to="/sign-in">Sign in</ButtonLink>
      </AuthFrame>
    )
  if (token === null)
    return (
      <AuthFrame title="Set up daytwo">
        <HowToSetUp />
      </AuthFrame>
    )
  return <SetupForm token={token} />
}

function SetupForm({ token }: { token: string }) {
  const { enter } = useEntering()
  const form = useForm({
    initial: { name: '', email: '', password: '' },
    submit: async (values) => {
      const reply = await callAuth(signInReply, '/setup', { method: 'POST', body: { ...values, token } })
      forgetLinkToken()
      enter(reply)
    },
  })
  return (
    <AuthFrame title="Set up daytwo" lead="You become the first administrator, and owner of the first tenant.">
      <AuthForm form={form} submitLabel="Set up">
        <TextInput label="Your name" autoComplete="name" autoFocus {...form.text('name')} />
        <EmailField description="You sign in with it" autoComplete="username" {...form.text('email')} />
        <NewPassword {...form.text('password')} />
      </AuthForm>
    </AuthFrame>
  )
}
