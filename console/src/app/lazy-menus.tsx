/** The menus of the side bar: their buttons are there at once, what they open is loaded when somebody reaches for it. */
import { type ComponentProps, type ComponentType, lazy, Suspense, useState } from 'react'
import { PersonButton } from './person-button.tsx'
import { TenantButton } from './tenant-button.tsx'

const loadPerson = () => import('./person-menu.tsx')
const loadTenants = () => import('./tenant-switcher.tsx')
const PersonMenu = lazy(() => loadPerson().then((module) => ({ default: module.PersonMenu })))
const TenantSwitcher = lazy(() => loadTenants().then((module) => ({ default: module.TenantSwitcher })))

type MenusProps = { onNavigate: () => void }
type LazyMenuProps = MenusProps & {
  button: ComponentType<ComponentProps<'button'>>
  menu: ComponentType<MenusProps>
  load: () => Promise<unknown>
}

function LazyMenu({ button: Closed, menu: Opened, load, onNavigate }: LazyMenuProps) {
  const [wanted, setWanted] = useState(false)
  const preload = () => void load()
  const closed = (
    <Closed
      aria-haspopup="menu"
      aria-expanded={false}
      onPointerEnter={preload}
      onFocus={preload}
      onClick={() => setWanted(true)}
    />
  )
  if (!wanted) return closed
  return (
    <Suspense fallback={closed}>
      <Opened onNavigate={onNavigate} />
    </Suspense>
  )
}

/** Account, colours, sign-out. */
export const LazyPersonMenu = (props: MenusProps) => (
  <LazyMenu {...props} button={PersonButton} menu={PersonMenu} load={loadPerson} />
)

/** The tenants one may go to. */
export const LazyTenantSwitcher = (props: MenusProps) => (
  <LazyMenu {...props} button={TenantButton} menu={TenantSwitcher} load={loadTenants} />
)
