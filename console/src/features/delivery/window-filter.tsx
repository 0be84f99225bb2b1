/** Which days: the last 30, 90, 180, 365, or from a day to a day. */
import { Box, Button, Group, Popover, SegmentedControl, Skeleton } from '@mantine/core'
import { IconCalendar } from '@tabler/icons-react'
import { lazy, Suspense, useState } from 'react'
import { Field } from '~/ui/field.tsx'
import { formatDay } from '~/ui/format.ts'
import { type WindowSearch, windowDays } from './search.ts'

const RangePicker = lazy(() => import('./range-picker.tsx').then((module) => ({ default: module.RangePicker })))

type Span = Pick<WindowSearch, 'days' | 'from' | 'to'>

/** The window; hands back all three keys of the address. */
export function WindowFilter({ value, onChange }: { value: Span; onChange: (span: Span) => void }) {
  const [open, setOpen] = useState(false)
  const custom = value.from !== undefined || value.to !== undefined
  const label =
    custom && value.from && value.to ? `${formatDay(value.from, true)} – ${formatDay(value.to, true)}` : 'Other days'
  return (
    <Field label="Window" w={{ base: '100%', xs: 'auto' }}>
      <Group gap="xs">
        <SegmentedControl
          aria-label="Window"
          w={{ base: '100%', xs: 'auto' }}
          data={windowDays.map((days) => ({ value: days, label: `${days} d` }))}
          value={custom ? '' : (value.days ?? '90')}
          onChange={(days) => onChange({ days: days as Span['days'], from: undefined, to: undefined })}
        />
        <Popover opened={open} onChange={setOpen} position="bottom-end" trapFocus withinPortal>
          <Popover.Target>
            <Button
              variant="default"
              px="sm"
              fw={custom ? 600 : 400}
              leftSection={<IconCalendar size={16} stroke={1.6} />}
              onClick={() => setOpen(!open)}
              aria-pressed={custom}
            >
              {label}
            </Button>
          </Popover.Target>
          <Popover.Dropdown>
            <Box miw={252} mih={300}>
              <Suspense fallback={<Skeleton height={300} />}>
                <RangePicker
                  value={[value.from ?? null, value.to ?? null]}
                  onPick={(from, to) => {
                    setOpen(false)
                    onChange({ days: undefined, from, to })
                  }}
                />
              </Suspense>
            </Box>
          </Popover.Dropdown>
        </Popover>
      </Group>
    </Field>
  )
}
