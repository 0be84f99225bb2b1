/** What needs this person now, one line a kind: always the same lines, so that one sees at once which of them changed. */
import { Box, Flex, Group, Skeleton, Text, ThemeIcon } from '@mantine/core'
import { IconAlertTriangle, IconCheck, IconCircleDashed, IconExclamationMark } from '@tabler/icons-react'
import { plural } from '~/ui/format.ts'
import { Panel } from '~/ui/panel.tsx'
import { lineHeight } from './layout.ts'
import type { AskedNeed, NeedTone } from './needs.tsx'

const looks: Record<NeedTone, { icon: typeof IconCheck; color: string; tint: string; says: string }> = {
  calm: { icon: IconCheck, color: 'var(--dt-elite)', tint: 'var(--dt-elite-tint)', says: 'fine' },
  soon: { icon: IconExclamationMark, color: 'var(--dt-medium)', tint: 'var(--dt-medium-tint)', says: 'when you can' },
  now: { icon: IconAlertTriangle, color: 'var(--dt-low)', tint: 'var(--dt-low-tint)', says: 'needs you' },
}

/** The panel; its lines have one height, before and after they are read. */
export function NeedsPanel({ needs }: { needs: readonly AskedNeed[] }) {
  return (
    <Panel title="Needs you now" note={summary(needs)}>
      <Box component="ul" m={0} p={0} style={{ listStyle: 'none' }}>
        {needs.map((need) => (
          <Box component="li" key={need.label} h={lineHeight}>
            {need.link(<Line need={need} />)}
          </Box>
        ))}
      </Box>
    </Panel>
  )
}

function summary(needs: readonly AskedNeed[]): string {
  if (needs.some(({ need, failed }) => need === undefined && !failed)) return 'Looking…'
  const open = needs.filter(({ need }) => need && need.tone !== 'calm').length
  const unread = needs.filter(({ failed }) => failed).length
  const said = open > 0 ? `${plural(open, 'thing')} to look at` : 'Nothing. Everything you look after is fine'
  if (unread === 0) return said
  return `${open > 0 ? `${said}; ` : ''}${unread} could not be read`
}

function Line({ need: { label, need, failed } }: { need: AskedNeed }) {
  const look = need ? looks[need.tone] : null
  const Icon = look?.icon ?? IconCircleDashed
  return (
    <Group gap="sm" wrap="nowrap" h={lineHeight}>
      <ThemeIcon
        size={26}
        radius="xl"
        bg={look?.tint ?? 'var(--mantine-color-default-hover)'}
        c={look?.color ?? 'dimmed'}
        role="img"
        aria-label={look?.says ?? 'not read'}
      >
        <Icon size={15} stroke={2} />
      </ThemeIcon>
      <Flex flex={1} miw={0} direction={{ base: 'column', xs: 'row' }} lh={1.4}>
        <Text span inherit fw={500} w={{ xs: 148 }} flex="none">
          {label}
        </Text>
        {need ? (
          <Text span inherit truncate miw={0} c={need.tone === 'calm' ? 'dimmed' : look?.color} title={need.text}>
            {need.text}
          </Text>
        ) : failed ? (
          <Text span inherit c="dimmed" truncate>
            could not be read
          </Text>
        ) : (
          <Skeleton height={14} width="45%" my={3} role="status" aria-label={`Loading ${label}`} />
        )}
      </Flex>
    </Group>
  )
}
