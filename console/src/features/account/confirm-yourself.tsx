/**
 * Changing what proves who somebody is needs a sign-in of the last minutes. An older one is asked to prove it once more, and
 * then what was wanted is done.
 */
import { Button, Group, Modal, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { createContext, type FormEvent, type ReactNode, useCallback, useContext, useRef, useState } from 'react'
import { confirmed } from '#modules/people/second-factor/schemas.ts'
import { call } from '~/api/client.ts'
import { ApiProblem } from '~/api/failure.ts'
import { CodeInput } from '~/features/auth/code-input.tsx'
import { OtherProofs } from '~/features/auth/other-proofs.tsx'
import { isCalledOff, passkeysPossible, showPasskey } from '~/features/auth/passkeys.ts'
import { PasswordField } from '~/features/auth/password-field.tsx'
import { FormFailure } from '~/ui/form-failure.tsx'
import { accountQuery, secondFactorsQuery } from './queries.ts'

type Run = <Result>(action: () => Promise<Result>) => Promise<Result>
const ConfirmedContext = createContext<Run>((action) => action())

/** Runs an action; asks for the proof first where the server wants one. Rejects with `CalledOff` when it is not given. */
export const useConfirmed = (): Run => useContext(ConfirmedContext)

/** The person closed the question. */
export class CalledOff extends Error {
  override readonly name = 'AbortError'
}

const isNotFresh = (error: unknown) => error instanceof ApiProblem && error.body.type.endsWith('/sign-in-not-fresh')

/** Holds the question for the panels below it. */
export function ConfirmedProvider({ children }: { children: ReactNode }) {
  const [asking, setAsking] = useState(false)
  const settle = useRef<{ resolve: () => void; reject: (error: Error) => void } | null>(null)
  const run: Run = useCallback(async (action) => {
    try {
      return await action()
    } catch (error) {
      if (!isNotFresh(error)) throw error
      await new Promise<void>((resolve, reject) => {
        settle.current = { resolve, reject }
        setAsking(true)
      })
      return action()
    }
  }, [])
  const close = () => {
    setAsking(false)
    settle.current?.reject(new CalledOff('Not confirmed.'))
  }
  const done = () => {
    setAsking(false)
    settle.current?.resolve()
  }
  return (
    <ConfirmedContext value={run}>
      {children}
      {asking ? <ConfirmYourself onDone={done} onClose={close} /> : null}
    </ConfirmedContext>
  )
}

type Way = 'password' | 'totp' | 'passkey'
const wayLabels: Record<Way, string> = {
  password: 'Use the password',
  totp: 'Use the authenticator app',
  passkey: 'Use a passkey',
}

function ConfirmYourself({ onDone, onClose }: { onDone: () => void; onClose: () => void }) {
  const account = useQuery(accountQuery).data
  const factors = useQuery(secondFactorsQuery).data
  const ways: Way[] = [
    ...(account?.has_password ? (['password'] as const) : []),
    ...(factors?.totp ? (['totp'] as const) : []),
    ...(factors?.passkeys.length && passkeysPossible() ? (['passkey'] as const) : []),
  ]
  const [chosen, setChosen] = useState<Way | null>(null)
  const way = chosen ?? ways[0]
  const [value, setValue] = useState('')
  const [busy, setBusy] = useState(false)
  const [failure, setFailure] = useState<unknown>(null)

  async function prove(event?: FormEvent) {
    event?.preventDefault()
    setBusy(true)
    setFailure(null)
    try {
      const proof =
        way === 'passkey' ? { response: await showPasskey() } : way === 'totp' ? { code: value } : { password: value }
      await call(confirmed, '/account/confirm', { method: 'POST', body: { method: way, ...proof } })
      onDone()
    } catch (error) {
      if (!isCalledOff(error)) setFailure(error)
      setValue('')
    } finally {
      setBusy(false)
    }
  }
  return (
    <Modal opened onClose={onClose} title="Is it still you?">
      <form onSubmit={(event) => void prove(event)} noValidate>
        <Stack>
          <Text>You signed in a while ago. What proves who you are changes only after a fresh proof.</Text>
          {way === 'password' ? (
            <PasswordField
              label="Password"
              autoComplete="current-password"
              autoFocus
              data-autofocus
              value={value}
              onChange={(event) => setValue(event.currentTarget.value)}
            />
          ) : way === 'totp' ? (
            <CodeInput label="Code of the authenticator app" value={value} onChange={setValue} />
          ) : way === undefined ? (
            <Text>Sign out and in again, then come back.</Text>
          ) : null}
          <FormFailure error={failure} />
          <Group justify="space-between">
            <Group gap="md" fz="sm">
              <OtherProofs
                ways={ways}
                shown={way}
                labels={wayLabels}
                onChoose={(other) => {
                  setChosen(other)
                  setValue('')
                  setFailure(null)
                }}
              />
            </Group>
            <Group>
              <Button variant="default" onClick={onClose}>
                Cancel
              </Button>
              {way ? (
                <Button key={way} type="submit" loading={busy} autoFocus={way === 'passkey'}>
                  {way === 'passkey' ? 'Use the passkey' : 'Go on'}
                </Button>
              ) : null}
            </Group>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}
