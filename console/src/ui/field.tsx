/** A labelled control that is not an input: a group of choices, a text that stays. */
import { Stack, Text } from '@mantine/core'
import type { ReactNode } from 'react'

type FieldProps = { label: string; description?: string; error?: string | undefined; w?: object; children: ReactNode }

/** Looks like Mantine's inputs; the control names itself with `aria-label`. */
export const Field = ({ label, description, error, w, children }: FieldProps) => (
  <Stack gap={2} w={w}>
    <Text size="sm" fw={500} aria-hidden>
      {label}
    </Text>
    {description ? (
      <Text size="xs" c="dimmed">
        {description}
      </Text>
    ) : null}
    {children}
    {error ? (
      <Text size="xs" c="var(--mantine-color-error)">
        {error}
      </Text>
    ) : null}
  </Stack>
)
