/** What a click does beside all forms: it may take a while, and what came of it is said in the corner. */
import { useState } from 'react'
import { useToast } from './toast.tsx'

/** `attempt` does something that answers with the sentence to say, or null; a failure says why. `busy` meanwhile. */
export function useAttempt() {
  const toast = useToast()
  const [busy, setBusy] = useState(false)
  const attempt = async (what: () => Promise<string | null>): Promise<void> => {
    setBusy(true)
    try {
      const done = await what()
      if (done) toast(done)
    } catch (error) {
      toast(error instanceof Error ? error.message : 'That did not work')
    } finally {
      setBusy(false)
    }
  }
  return { busy, attempt }
}
