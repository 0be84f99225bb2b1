import { signOut } from '~/api/session.ts'
import { useToast } from '~/ui/toast.tsx'

/** Signs out, and says so when that fails. */
export function useSignOut(): () => void {
  const toast = useToast()
  return () => void signOut().catch(() => toast('The server does not answer; you are still signed in.'))
}
