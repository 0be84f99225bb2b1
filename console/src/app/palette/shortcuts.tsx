/** Which keys do what. */
import { Group, Kbd, Modal, Stack, Switch, Table, Text } from '@mantine/core'
import { useState } from 'react'
import { paletteKeys, singleKeys } from '../keys.ts'

const rows: readonly { keys: readonly string[]; does: string; single?: boolean }[] = [
  { keys: paletteKeys, does: 'Go to a page, do something, switch the tenant' },
  { keys: ['/'], does: 'The same', single: true },
  { keys: ['?'], does: 'This help', single: true },
  { keys: ['Tab'], does: 'Next control; the first one of a page skips to its content' },
  { keys: ['Enter'], does: 'Follow a link, press a button, send a form' },
  { keys: ['Esc'], does: 'Close a dialog or a menu' },
]

/** The help in a dialog. */
export function Shortcuts({ onClose }: { onClose: () => void }) {
  const [on, setOn] = useState(singleKeys.get)
  return (
    <Modal opened onClose={onClose} title="Keyboard shortcuts">
      <Stack>
        <Table withRowBorders={false} verticalSpacing={6} horizontalSpacing={0}>
          <Table.Tbody>
            {rows.map(({ keys, does, single }) => (
              <Table.Tr key={does + keys.join()} opacity={single && !on ? 0.55 : 1}>
                <Table.Td w={110}>
                  <Group gap={4}>
                    {keys.map((key) => (
                      <Kbd key={key}>{key}</Kbd>
                    ))}
                  </Group>
                </Table.Td>
                <Table.Td>{does}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
        <Switch
          label="Single keys"
          description={<Text inherit>Turn off / and ? if you dictate or hit keys by accident.</Text>}
          checked={on}
          onChange={(event) => {
            singleKeys.set(event.currentTarget.checked)
            setOn(event.currentTarget.checked)
          }}
        />
      </Stack>
    </Modal>
  )
}
