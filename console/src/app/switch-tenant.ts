import { ApiProblem } from '~/api/failure.ts'
import { switchTenant } from '~/api/session.ts'
import { useToast } from '~/ui/toast.tsx'

/** Moves to a tenant and says so when that fails. */
export function useSwitchTenant(): (tenantId: string) => void {
  const toast = useToast()
  return (tenantId) =>
    void switchTenant(tenantId).catch((error) =>
      toast(error instanceof ApiProblem ? error.message : 'The server does not answer; nothing was changed.'),
    )
}
