/** Adding a passkey: the device makes it, the server keeps its public half, and the first one brings recovery codes. */
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { addedPasskey, passkeyCreationOptions } from '#modules/people/passkeys/schemas.ts'
import { call } from '~/api/client.ts'
import { isCalledOff, makePasskey } from '~/features/auth/passkeys.ts'
import { useToast } from '~/ui/toast.tsx'
import { useConfirmed } from './confirm-yourself.tsx'
import { secondFactorsQuery } from './queries.ts'

/** `codes` are to be shown until `forgetCodes`; `onAdded` is called when nothing is left to show. */
export function useAddPasskey(onAdded?: () => void) {
  const queryClient = useQueryClient()
  const toast = useToast()
  const confirmed = useConfirmed()
  const [busy, setBusy] = useState(false)
  const [failure, setFailure] = useState<unknown>(null)
  const [codes, setCodes] = useState<readonly string[] | null>(null)
  async function add() {
    setBusy(true)
    setFailure(null)
    try {
      const options = await confirmed(() =>
        call(passkeyCreationOptions, '/account/passkeys/options', { method: 'POST' }),
      )
      const response = await makePasskey(options)
      const made = await call(addedPasskey, '/account/passkeys', { method: 'POST', body: { response } })
      await queryClient.invalidateQueries({ queryKey: secondFactorsQuery.queryKey })
      toast(`${made.passkey.name} is added`)
      if (made.recovery_codes) setCodes(made.recovery_codes)
      else onAdded?.()
    } catch (error) {
      if (!isCalledOff(error)) setFailure(error)
    } finally {
      setBusy(false)
    }
  }
  function forgetCodes() {
    setCodes(null)
    onAdded?.()
  }
  return { busy, failure, codes, add, forgetCodes }
}
