/** The channels with what can be done with each. */
import { Group, Stack, Text } from '@mantine/core'
import { useState } from 'react'
import { useMay } from '~/app/session.tsx'
import { SeverityTag } from '~/features/operations/severity-tag.tsx'
import { type Column, DataTable } from '~/ui/data-table.tsx'
import { formatClock } from '~/ui/format.ts'
import { RowMenu } from '~/ui/row-menu.tsx'
import { Tag } from '~/ui/tag.tsx'
import { Moment } from '~/ui/time.tsx'
import { ChannelDialog } from './channel-dialog.tsx'
import type { Channel } from './queries.ts'
import { RemoveChannel } from './remove-channel.tsx'
import { TestDialog } from './test-dialog.tsx'
import { kindTitles, quietWords } from './words.ts'

type Open = { what: 'change' | 'test' | 'remove'; channel: Channel } | null

/** The table with its dialogs. */
export function ChannelTable({ channels, timeZone }: { channels: readonly Channel[]; timeZone: string }) {
  const mayWrite = useMay('notifications:write')
  const [open, setOpen] = useState<Open>(null)
  const close = () => setOpen(null)
  return (
    <>
      <DataTable
        caption="Channels"
        columns={[...columns, quiet(timeZone), state, ...(mayWrite ? [actions(setOpen)] : [])]}
        rows={channels}
        rowKey={({ id }) => id}
        minWidth={320}
      />
      {open?.what === 'change' ? <ChannelDialog channel={open.channel} onClose={close} /> : null}
      {open?.what === 'test' ? <TestDialog channel={open.channel} onClose={close} /> : null}
      {open?.what === 'remove' ? <RemoveChannel channel={open.channel} onClose={close} /> : null}
    </>
  )
}

const columns: Column<Channel>[] = [
  {
    id: 'name',
    header: 'Channel',
    sortBy: ({ name }) => name,
    cell: ({ name, kind, target, secret_hint: hint, last_failure: failure }) => (
      <Stack gap={2}>
        <Text inherit fw={500}>
          {name}
        </Text>
        <Text size="sm" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
          {kindTitles[kind]}: {kind === 'pagerduty' ? `key ${hint}` : target}
        </Text>
        {failure ? (
          <Text size="sm" c="var(--dt-low)" maw={440} style={{ overflowWrap: 'anywhere' }}>
            {failure}
          </Text>
        ) : null}
      </Stack>
    ),
  },
  {
    id: 'severity',
    header: 'From',
    phone: false,
    cell: ({ minimum_severity: severity }) => <SeverityTag severity={severity} />,
  },
]

const quiet = (timeZone: string): Column<Channel> => ({
  id: 'quiet',
  header: 'Quiet hours',
  phone: false,
  cell: ({ quiet: hours, quiet_until: until }) => (
    <Stack gap={2}>
      <Text inherit c={hours ? undefined : 'dimmed'}>
        {quietWords(hours)}
      </Text>
      {hours ? (
        <Text size="sm" c="dimmed">
          {until ? `now, until ${formatClock(until, timeZone)}` : ''}
          {until && hours.lets_through ? '; ' : ''}
          {hours.lets_through ? `lets ${hours.lets_through.toLowerCase()} through` : ''}
        </Text>
      ) : null}
    </Stack>
  ),
})

const state: Column<Channel> = {
  id: 'state',
  header: 'State',
  cell: ({ enabled, last_failure: failure, last_sent_at: sent }) => (
    <Stack gap={2} align="flex-start">
      {enabled ? failure ? <Tag tone="bad">failing</Tag> : <Tag tone="good">on</Tag> : <Tag>off</Tag>}
      <Text size="sm" c="dimmed" visibleFrom="sm">
        {sent ? <Moment value={sent} /> : 'nothing sent yet'}
      </Text>
    </Stack>
  ),
}

const actions = (setOpen: (open: Open) => void): Column<Channel> => ({
  id: 'actions',
  header: 'Actions',
  align: 'right',
  cell: (channel) => (
    <Group justify="flex-end">
      <RowMenu
        of={channel.name}
        actions={[
          { label: 'Send a test', onClick: () => setOpen({ what: 'test', channel }) },
          { label: 'Change', onClick: () => setOpen({ what: 'change', channel }) },
          { label: 'Remove', onClick: () => setOpen({ what: 'remove', channel }), danger: true },
        ]}
      />
    </Group>
  ),
})
