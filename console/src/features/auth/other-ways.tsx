/** The ways in beside the password: single sign-on, GitHub, a passkey, and in development anybody. */
import { Button, Group, Stack, TextInput } from '@mantine/core'
import { IconBrandGithub, IconFingerprint, IconLogin2 } from '@tabler/icons-react'
import { type ReactNode, useState } from 'react'
import type { z } from 'zod'
import { type methodsReply, signInReply } from '#modules/people/schemas.ts'
import { callAuth } from '~/api/client.ts'
import { safeReturnTo } from '~/app/return-to.ts'
import { useForm } from '~/ui/form.ts'
import { FormFailure } from '~/ui/form-failure.tsx'
import { isCalledOff, showPasskey } from './passkeys.ts'

type OtherWaysProps = {
  methods: z.output<typeof methodsReply>
  passkeys: boolean
  returnTo: string | undefined
  onReply: (reply: z.output<typeof signInReply>) => void
}

/** Whether there is any here. */
export const hasOtherWays = ({ methods, passkeys }: Pick<OtherWaysProps, 'methods' | 'passkeys'>): boolean =>
  methods.oidc !== null || methods.github || methods.test_login || passkeys

/** One button a way. */
export function OtherWays({ methods, passkeys, returnTo, onReply }: OtherWaysProps) {
  const start = (path: string) => `${path}?${new URLSearchParams({ return_to: safeReturnTo(returnTo) })}`
  return (
    <Stack gap="xs">
      {methods.oidc ? (
        <AwayButton href={start('/auth/oidc/start')} icon={<IconLogin2 size={18} stroke={1.6} />}>
          {methods.oidc.label}
        </AwayButton>
      ) : null}
      {methods.github ? (
        <AwayButton href={start('/auth/github/start')} icon={<IconBrandGithub size={18} stroke={1.6} />}>
          Continue with GitHub
        </AwayButton>
      ) : null}
      {passkeys ? <PasskeyButton onReply={onReply} /> : null}
      {methods.test_login ? <TestLogin onReply={onReply} /> : null}
    </Stack>
  )
}

/** Leaves the console: the server answers with the way to the other side. */
const AwayButton = ({ href, icon, children }: { href: string; icon: ReactNode; children: ReactNode }) => (
  <Button component="a" href={href} variant="default" fullWidth leftSection={icon}>
    {children}
  </Button>
)

function PasskeyButton({ onReply }: Pick<OtherWaysProps, 'onReply'>) {
  const [busy, setBusy] = useState(false)
  const [failure, setFailure] = useState<unknown>(null)
  const signIn = async () => {
    setBusy(true)
    setFailure(null)
    try {
      const response = await showPasskey()
      onReply(await callAuth(signInReply, '/passkey', { method: 'POST', body: { response } }))
    } catch (error) {
      if (!isCalledOff(error)) setFailure(error)
    } finally {
      setBusy(false)
    }
  }
  return (
    <>
      <Button
        variant="default"
        fullWidth
        leftSection={<IconFingerprint size={18} stroke={1.6} />}
        loading={busy}
        onClick={() => void signIn()}
      >
        Sign in with a passkey
      </Button>
      <FormFailure error={failure} />
    </>
  )
}

function TestLogin({ onReply }: Pick<OtherWaysProps, 'onReply'>) {
  const form = useForm({
    initial: { email: '' },
    submit: async (body) => onReply(await callAuth(signInReply, '/test-login', { method: 'POST', body })),
  })
  return (
    <form onSubmit={(event) => void form.onSubmit(event)} noValidate>
      <Group align="flex-end" gap="xs" wrap="nowrap">
        <TextInput
          label="Test sign-in"
          description="Anybody, without a proof; never outside development"
          type="email"
          placeholder="maria@example.com"
          autoComplete="off"
          flex={1}
          {...form.text('email')}
        />
        <Button type="submit" variant="default" loading={form.busy}>
          Enter
        </Button>
      </Group>
      <FormFailure error={form.failure} />
    </form>
  )
}
