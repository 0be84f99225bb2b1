/** The command palette: type a few letters, choose with the arrows, Enter. */
import { Box, Group, Modal, Text, TextInput } from '@mantine/core'
import { IconSearch } from '@tabler/icons-react'
import { type KeyboardEvent, useId, useState } from 'react'
import { type Command, useCommands } from './commands.ts'
import { best } from './fuzzy.ts'

const most = 40
const kinds = ['Go to', 'Do', 'Stream', 'Tenant'] as const

/** Before the dialog's own focusing, which waits a turn: who types at once loses no letter. */
const focusAtOnce = (field: HTMLInputElement | null) => field?.focus()

/** Best first when something is typed, by kind otherwise. */
function choose(commands: readonly Command[], typed: string): readonly Command[] {
  const found = best(typed, commands, ({ label, kind, note }) => `${label} ${kind} ${note ?? ''}`)
  if (typed.trim() === '') return kinds.flatMap((kind) => found.filter((one) => one.kind === kind)).slice(0, most)
  // What is called so comes before what merely belongs there.
  const named = best(typed, found, ({ label }) => label)
  return [...named, ...found.filter((one) => !named.includes(one))].slice(0, most)
}

type PaletteProps = { onlyTenants: boolean; onClose: () => void; onShortcuts: () => void }

/** The dialog; mounted while it is open. */
export function Palette({ onlyTenants, onClose, onShortcuts }: PaletteProps) {
  const [typed, setTyped] = useState('')
  const [chosen, setChosen] = useState(0)
  const id = useId()
  const commands = useCommands(onShortcuts)
  const shown = choose(onlyTenants ? commands.filter(({ kind }) => kind === 'Tenant') : commands, typed)
  const current = Math.min(chosen, shown.length - 1)
  const optionId = (index: number) => `${id}-${index}`
  const run = (command: Command | undefined) => {
    if (!command) return
    onClose()
    command.run()
  }
  const move = (to: number) => {
    if (shown.length === 0) return
    const next = (to + shown.length) % shown.length
    setChosen(next)
    document.getElementById(optionId(next))?.scrollIntoView({ block: 'nearest' })
  }
  const press = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return
    const steps: Record<string, number> = {
      ArrowDown: current + 1,
      ArrowUp: current - 1,
      Home: 0,
      End: shown.length - 1,
    }
    const to = steps[event.key]
    if (to === undefined && event.key !== 'Enter') return
    event.preventDefault()
    if (to === undefined) run(shown[current])
    else move(to)
  }
  return (
    <Modal.Root opened onClose={onClose} yOffset="12vh" size={560} padding={0}>
      <Modal.Overlay />
      <Modal.Content aria-label="Go to">
        <Modal.Body>
          <TextInput
            variant="unstyled"
            size="md"
            px="xs"
            py={6}
            leftSection={<IconSearch size={18} stroke={1.6} />}
            leftSectionWidth={40}
            styles={{ input: { paddingInlineStart: 42 } }}
            placeholder={onlyTenants ? 'A tenant' : 'A page, an action, a stream, a tenant'}
            data-autofocus
            ref={focusAtOnce}
            role="combobox"
            aria-label="What to go to"
            aria-expanded
            aria-controls={`${id}-list`}
            aria-activedescendant={current >= 0 ? optionId(current) : undefined}
            aria-autocomplete="list"
            autoComplete="off"
            spellCheck={false}
            value={typed}
            onChange={(event) => {
              setTyped(event.currentTarget.value)
              setChosen(0)
            }}
            onKeyDown={press}
          />
          <Box
            id={`${id}-list`}
            role="listbox"
            aria-label="Found"
            mah="min(420px, 60vh)"
            p={6}
            style={{ overflowY: 'auto', borderTop: '1px solid var(--mantine-color-default-border)' }}
          >
            {shown.map((command, index) => (
              <Box
                key={command.id}
                id={optionId(index)}
                role="option"
                aria-selected={index === current}
                px="sm"
                py={8}
                bdrs="sm"
                bg={index === current ? 'var(--mantine-color-default-hover)' : undefined}
                style={{ cursor: 'pointer' }}
                onMouseMove={({ movementX, movementY }) => {
                  // A list that appears below a pointer at rest is no movement.
                  if (movementX !== 0 || movementY !== 0) setChosen(index)
                }}
                onClick={() => run(command)}
              >
                <Group justify="space-between" wrap="nowrap" gap="sm">
                  <Text size="sm" fw={500} truncate>
                    {command.label}
                  </Text>
                  <Text size="xs" c="dimmed" style={{ whiteSpace: 'nowrap' }}>
                    {command.note ?? command.kind}
                  </Text>
                </Group>
              </Box>
            ))}
          </Box>
          {shown.length === 0 ? (
            <Text size="sm" c="dimmed" px="md" pb="md" role="status">
              Nothing here is called so.
            </Text>
          ) : null}
        </Modal.Body>
      </Modal.Content>
    </Modal.Root>
  )
}
