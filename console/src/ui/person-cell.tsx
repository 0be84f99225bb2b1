/** A person in a table: name above address. */
import { Stack, Text } from '@mantine/core'
import type { ReactNode } from 'react'

/** `name` is text, or a link and what stands beside it; the address breaks where it must. */
export const PersonCell = ({ name, email }: { name: ReactNode; email: string }) => (
  <Stack gap={2} miw={150}>
    {typeof name === 'string' ? (
      <Text inherit fw={500}>
        {name}
      </Text>
    ) : (
      name
    )}
    <Text size="sm" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
      {email}
    </Text>
  </Stack>
)
