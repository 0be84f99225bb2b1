/** Says that what is shown is not of now. */
import { Group, Paper, Text } from '@mantine/core'
import { IconHistory } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { formatMoment } from '~/ui/format.ts'
import { useTimeZone } from '~/ui/time.tsx'

/** `As known at 3 Mar 2026, 12:00`; `back` leads to now. */
export function AsOfBanner({ asOf, back }: { asOf: string; back: ReactNode }) {
  const timeZone = useTimeZone()
  return (
    <Paper component="section" aria-label="As known at" bg="var(--dt-medium-tint)" c="var(--dt-medium)" px="md" py="xs">
      <Group gap="xs" data-marked-links>
        <IconHistory size={18} stroke={1.6} aria-hidden />
        <Text fw={500}>
          As known at <time dateTime={asOf}>{formatMoment(asOf, timeZone)}</time> ({timeZone})
        </Text>
        <Text span inherit aria-hidden>
          ·
        </Text>
        {back}
      </Group>
    </Paper>
  )
}
