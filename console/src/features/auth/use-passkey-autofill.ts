/** Passkeys in the e-mail field's own list, where the browser can: choosing one there signs in. */
import { useEffect, useEffectEvent, useState } from 'react'
import type { z } from 'zod'
import { signInReply } from '#modules/people/schemas.ts'
import { callAuth } from '~/api/client.ts'
import { autofillPossible, isCalledOff, showPasskey } from './passkeys.ts'

/** What is asked for is good for five minutes; a page may stand open longer. */
const againMs = 4 * 60_000

/** Offers them while mounted, where `offered`; returns why the last one failed, or null. */
export function usePasskeyAutofill(offered: boolean, onReply: (reply: z.output<typeof signInReply>) => void): unknown {
  const [failure, setFailure] = useState<unknown>(null)
  const answer = useEffectEvent(onReply)
  // Once for the page: a new offer would call off the one the person looks at.
  useEffect(() => {
    if (!offered) return
    let mounted = true
    async function offer() {
      const response = await showPasskey({ autofill: true })
      const reply = await callAuth(signInReply, '/passkey', { method: 'POST', body: { response } })
      if (mounted) answer(reply)
    }
    const start = () =>
      void offer().catch((error) => {
        if (mounted && !isCalledOff(error)) setFailure(error)
      })
    let timer: ReturnType<typeof setInterval> | undefined
    void autofillPossible().then((possible) => {
      if (!possible || !mounted) return
      start()
      timer = setInterval(start, againMs)
    })
    return () => {
      mounted = false
      clearInterval(timer)
    }
  }, [offered])
  return failure
}
