/** What can be done with one row, behind one button: for rows with more actions than fit beside each other. */
import { ActionIcon, Menu } from '@mantine/core'
import { IconDots } from '@tabler/icons-react'

export type RowAction = {
  label: string
  onClick: () => void
  /** Ends or removes something. */
  danger?: boolean
}

/** A menu of actions; nothing where there is none. `of` names the row for people who cannot see it. */
export function RowMenu({ of, actions }: { of: string; actions: readonly RowAction[] }) {
  if (actions.length === 0) return null
  return (
    <Menu position="bottom-end" withinPortal>
      <Menu.Target>
        <ActionIcon variant="default" size="md" aria-label={`Actions for ${of}`}>
          <IconDots size={16} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown aria-label={`Actions for ${of}`}>
        {actions.map(({ label, onClick, danger }) => (
          <Menu.Item key={label} onClick={onClick} c={danger ? 'var(--dt-low)' : undefined}>
            {label}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}
