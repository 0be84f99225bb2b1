/** The second step: a code of the authenticator app, a recovery code, or a passkey. */
import { Button, Group, Stack, TextInput } from '@mantine/core'
import { IconFingerprint } from '@tabler/icons-react'
import { useState } from 'react'
import { signInReply } from '#modules/people/schemas.ts'
import { callAuth } from '~/api/client.ts'
import { ApiProblem } from '~/api/failure.ts'
import { FormFailure } from '~/ui/form-failure.tsx'
import { CodeInput } from './code-input.tsx'
import { OtherProofs } from './other-proofs.tsx'
import { isCalledOff, passkeysPossible, showPasskey } from './passkeys.ts'
import type { SecondFactorNeeded } from './queries.ts'

type Method = SecondFactorNeeded['methods'][number]
type SecondFactorProps = { needed: SecondFactorNeeded; onSignedIn: () => void; onExpired: () => void }

const otherWay: Record<Method, string> = {
  totp: 'Use the authenticator app',
  passkey: 'Use a passkey',
  'recovery-code': 'Use a recovery code',
}

/** One method at a time, the others a click away. */
export function SecondFactor({ needed, onSignedIn, onExpired }: SecondFactorProps) {
  const methods = needed.methods.filter((method) => method !== 'passkey' || passkeysPossible())
  const [method, setMethod] = useState<Method>(methods[0] ?? 'recovery-code')
  const [code, setCode] = useState('')
  const [busy, setBusy] = useState(false)
  const [failure, setFailure] = useState<unknown>(null)

  async function prove(proof: () => Promise<object>) {
    setBusy(true)
    setFailure(null)
    try {
      const body = { challenge: needed.challenge, method, ...(await proof()) }
      await callAuth(signInReply, '/second-factor', { method: 'POST', body })
      onSignedIn()
    } catch (error) {
      if (isCalledOff(error)) return
      setFailure(error)
      setCode('')
    } finally {
      setBusy(false)
    }
  }
  const proveByCode = (typed: string) => void prove(async () => ({ code: typed }))
  const expired = failure instanceof ApiProblem && failure.body.type.endsWith('/second-factor-expired')
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        if (code !== '') proveByCode(code)
      }}
      noValidate
    >
      <Stack>
        {method === 'totp' ? (
          <CodeInput
            label="Code of the authenticator app"
            value={code}
            onChange={setCode}
            onComplete={busy ? undefined : proveByCode}
          />
        ) : method === 'recovery-code' ? (
          <TextInput
            key="recovery"
            label="Recovery code"
            description="Each works once"
            ff="monospace"
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
            autoFocus
            value={code}
            onChange={(event) => setCode(event.currentTarget.value)}
          />
        ) : null}
        <FormFailure error={failure} />
        {expired ? (
          <Button key="expired" autoFocus onClick={onExpired}>
            Start again
          </Button>
        ) : method === 'passkey' ? (
          <Button
            key="passkey"
            autoFocus
            fullWidth
            leftSection={<IconFingerprint size={18} stroke={1.6} />}
            loading={busy}
            onClick={() => void prove(async () => ({ response: await showPasskey({ challenge: needed.challenge }) }))}
          >
            Use the passkey
          </Button>
        ) : (
          <Button key="code" type="submit" loading={busy} fullWidth>
            Continue
          </Button>
        )}
        <Group justify="center" gap="md" fz="sm">
          <OtherProofs
            ways={methods}
            shown={method}
            labels={otherWay}
            onChoose={(other) => {
              setMethod(other)
              setCode('')
              setFailure(null)
            }}
          />
        </Group>
      </Stack>
    </form>
  )
}
