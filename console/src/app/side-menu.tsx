/** A menu of the side bar: open when it is first shown, for its button loads it. */
import { Menu, type MenuProps } from '@mantine/core'
import type { ReactNode } from 'react'

type SideMenuProps = { button: ReactNode; position: MenuProps['position']; width: number; children: ReactNode }

/** The button and what it opens. */
export const SideMenu = ({ button, position, width, children }: SideMenuProps) => (
  <Menu
    defaultOpened
    returnFocus
    withinPortal={false}
    withInitialFocusPlaceholder={false}
    position={position}
    width={width}
    shadow="md"
    radius="md"
  >
    <Menu.Target>{button}</Menu.Target>
    <Menu.Dropdown>{children}</Menu.Dropdown>
  </Menu>
)
