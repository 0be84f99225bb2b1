/** Moving from tenant to tenant, and back to the one before. */
import { ApiProblem } from '~/api/failure.ts'
import { switchTenant } from '~/api/session.ts'
import { useToast } from '~/ui/toast.tsx'
import { useSession } from './session.tsx'

/** Of this tab, so that each goes back to where it was. */
const before = 'daytwo-tenant-before'

/** Moves to a tenant and says so when that fails. */
export function useSwitchTenant(): (tenantId: string) => void {
  const toast = useToast()
  const { tenant } = useSession()
  return (tenantId) => {
    if (tenant) sessionStorage.setItem(before, tenant.id)
    void switchTenant(tenantId).catch((error) =>
      toast(error instanceof ApiProblem ? error.message : 'The server does not answer; nothing was changed.'),
    )
  }
}

/** Leaves a tenant to which access has ended: to the one before, or another of one's own; a fresh page where there is none. */
export function useLeaveTenant(): () => Promise<void> {
  const { tenant, tenants } = useSession()
  return async () => {
    const others = tenants.filter(({ id }) => id !== tenant?.id)
    const to = others.find(({ id }) => id === sessionStorage.getItem(before)) ?? others[0]
    if (to) await switchTenant(to.id)
    else globalThis.location.assign('/')
  }
}
