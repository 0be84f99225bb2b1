/** Which tenant is looked at, at the head of the side bar. */
import type { ComponentProps } from 'react'
import { Initials } from './initials.tsx'
import { MenuButton } from './menu-button.tsx'
import { useSession } from './session.tsx'

/** The button of the switcher. */
export function TenantButton(button: ComponentProps<'button'>) {
  const { tenant } = useSession()
  const name = tenant?.name ?? 'No tenant'
  const note = tenant
    ? [tenant.support ? 'support access' : null, tenant.time_zone].filter(Boolean).join(' · ')
    : 'the installation only'
  return <MenuButton {...button} what="Tenant" picture={<Initials name={name} />} title={name} note={note} />
}
