/** Who looks, at the foot of the side bar. */
import type { ComponentProps } from 'react'
import { Initials } from './initials.tsx'
import { MenuButton } from './menu-button.tsx'
import { roleWords, type Session, useSession } from './session.tsx'

/** The button of the menu. */
export function PersonButton(button: ComponentProps<'button'>) {
  const session = useSession()
  const name = session.person?.name ?? session.actor.name
  return (
    <MenuButton {...button} what="You" picture={<Initials name={name} round />} title={name} note={noteOf(session)} />
  )
}

function noteOf({ person, tenant, platform_role: platformRole }: Session): string {
  const role = tenant?.role ? roleWords(tenant.role) : ''
  return [role, platformRole ? roleWords(platformRole) : ''].filter(Boolean).join(' · ') || (person?.email ?? 'key')
}
