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

/** The role where one is: two of them do not fit; the menu and the Platform's pages tell the other. */
function noteOf({ person, tenant, platform_role: platformRole }: Session): string {
  const role = tenant?.role ?? platformRole
  return role ? roleWords(role) : (person?.email ?? 'key')
}
