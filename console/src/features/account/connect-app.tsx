/** Connect an authenticator app: scan, enter what it shows, keep the recovery codes. */
import { Box, Button, Center, Group, Modal, Skeleton, Stack, Text } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useEffect, useState } from 'react'
import { encode } from 'uqr'
import type { z } from 'zod'
import { totpConfirmed, totpEnrolment } from '#modules/people/second-factor/schemas.ts'
import { call } from '~/api/client.ts'
import { CodeInput } from '~/features/auth/code-input.tsx'
import { isCalledOff } from '~/features/auth/passkeys.ts'
import { CopyLine } from '~/ui/copy.tsx'
import { FormFailure } from '~/ui/form-failure.tsx'
import { useToast } from '~/ui/toast.tsx'
import { useConfirmed } from './confirm-yourself.tsx'
import { secondFactorsQuery } from './queries.ts'
import { RecoveryCodes } from './recovery-codes.tsx'

type Enrolment = z.output<typeof totpEnrolment>
const size = 200

/** The dialog; mounted while it is open. Closes with whether the app is connected. */
export function ConnectApp({ onClose }: { onClose: (connected: boolean) => void }) {
  const queryClient = useQueryClient()
  const toast = useToast()
  const confirmed = useConfirmed()
  const [enrolment, setEnrolment] = useState<Enrolment | null>(null)
  const [code, setCode] = useState('')
  const [busy, setBusy] = useState(false)
  const [failure, setFailure] = useState<unknown>(null)
  const [recoveryCodes, setRecoveryCodes] = useState<readonly string[] | null>(null)

  // biome-ignore lint/correctness/useExhaustiveDependencies: once for each time the dialog is opened
  useEffect(() => {
    confirmed(() => call(totpEnrolment, '/account/totp', { method: 'POST' }))
      .then(setEnrolment)
      .catch((error) => (isCalledOff(error) ? onClose(false) : setFailure(error)))
  }, [])
  async function confirm(typed: string) {
    setBusy(true)
    setFailure(null)
    try {
      const { recovery_codes: codes } = await confirmed(() =>
        call(totpConfirmed, '/account/totp/confirm', { method: 'POST', body: { code: typed } }),
      )
      await queryClient.invalidateQueries({ queryKey: secondFactorsQuery.queryKey })
      toast('The authenticator app is connected')
      if (codes) setRecoveryCodes(codes)
      else onClose(true)
    } catch (error) {
      if (!isCalledOff(error)) setFailure(error)
      setCode('')
    } finally {
      setBusy(false)
    }
  }
  if (recoveryCodes) return <RecoveryCodes codes={recoveryCodes} onClose={() => onClose(true)} />
  return (
    <Modal opened onClose={() => onClose(false)} title="Connect an authenticator app">
      <form
        onSubmit={(event: FormEvent) => {
          event.preventDefault()
          void confirm(code)
        }}
        noValidate
      >
        <Stack>
          <Text>Scan this with the app, then enter the six digits it shows.</Text>
          <Center>
            {enrolment ? (
              <QrCode text={enrolment.uri} />
            ) : (
              <Skeleton height={size} width={size} aria-busy role="status" />
            )}
          </Center>
          <Box mih={58}>
            <Text size="sm" c="dimmed" mb={4}>
              Or type this into it
            </Text>
            {enrolment ? <CopyLine value={grouped(enrolment.secret)} label="secret" /> : null}
          </Box>
          {enrolment ? (
            <CodeInput
              label="Code"
              value={code}
              onChange={setCode}
              onComplete={busy ? undefined : (typed) => void confirm(typed)}
            />
          ) : null}
          <FormFailure error={failure} />
          <Group justify="flex-end">
            <Button variant="default" onClick={() => onClose(false)}>
              Cancel
            </Button>
            <Button type="submit" loading={busy} disabled={code.length < 6}>
              Connect
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}

const grouped = (secret: string) => secret.replaceAll(/(.{4})(?=.)/g, '$1 ')

/** Dark on light in both colour schemes: many cameras read nothing else. */
function QrCode({ text }: { text: string }) {
  const { data, size: modules } = encode(text, { ecc: 'M', border: 3 })
  const path = data.flatMap((row, y) => row.map((dark, x) => (dark ? `M${x} ${y}h1v1h-1z` : ''))).join('')
  return (
    <svg
      width={size}
      height={size}
      viewBox={`0 0 ${modules} ${modules}`}
      role="img"
      aria-label="QR code of the secret"
      shapeRendering="crispEdges"
      style={{ borderRadius: 8 }}
    >
      <rect width={modules} height={modules} fill="#fff" />
      <path d={path} fill="#23211d" />
    </svg>
  )
}
