/** The settings of one module. */
import { Button, Group, Stack, Text } from '@mantine/core'
import { type Column, DataTable } from '~/ui/data-table.tsx'
import { Tag } from '~/ui/tag.tsx'
import { Moment } from '~/ui/time.tsx'
import type { Setting } from '../queries.ts'
import { inWords, isDefault } from './setting-value.ts'

const columns: Column<Setting>[] = [
  {
    id: 'name',
    header: 'Setting',
    cell: ({ name, summary, scope }) => (
      <Stack gap={2} miw={180}>
        <Group gap={6}>
          <Text inherit fw={500} style={{ overflowWrap: 'anywhere' }}>
            {name}
          </Text>
          {scope === 'platform' ? <Tag>whole installation</Tag> : null}
        </Group>
        <Text size="sm" c="dimmed" maw={560}>
          {summary}
        </Text>
      </Stack>
    ),
  },
  {
    id: 'value',
    header: 'Value',
    cell: (setting) => (
      <Stack gap={2} miw={110}>
        <Text inherit ff="monospace" fz="sm" fw={isDefault(setting) ? 400 : 600} style={{ overflowWrap: 'anywhere' }}>
          {inWords(setting.value)}
        </Text>
        {isDefault(setting) ? null : (
          <Text size="sm" c="dimmed">
            instead of {inWords(setting.default)}
          </Text>
        )}
      </Stack>
    ),
  },
  {
    id: 'changed',
    header: 'Changed',
    phone: false,
    cell: ({ changed_at: at }) => <Moment value={at} />,
  },
]

type SettingsTableProps = {
  module: string
  settings: readonly Setting[]
  /** Absent when the session may not. */
  onChange: ((setting: Setting) => void) | undefined
}

/** A table; the last column opens the form. */
export const SettingsTable = ({ module, settings, onChange }: SettingsTableProps) => (
  <DataTable
    bare
    caption={`Settings of ${module}`}
    rows={settings}
    rowKey={({ name }) => name}
    columns={[
      ...columns,
      ...(onChange
        ? [
            {
              id: 'change',
              header: 'Change',
              align: 'right' as const,
              cell: (setting: Setting) => (
                <Button
                  variant="default"
                  size="xs"
                  onClick={() => onChange(setting)}
                  aria-label={`Change ${setting.name}`}
                >
                  Change
                </Button>
              ),
            },
          ]
        : []),
    ]}
  />
)
