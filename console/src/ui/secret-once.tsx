/** What was just made and is shown this once: a key, a secret, recovery codes. */
import { Button, Group, Modal, Stack, Text } from '@mantine/core'
import type { ReactNode } from 'react'
import { CopyLine } from './copy.tsx'

/** One line to take along; `label` says what is copied, `heading` stands above it where there are several. */
type Secret = { value: string; label: string; heading?: string }

type SecretOnceProps = {
  title: string
  /** What it is and what to do with it now. */
  lead: string
  secrets?: readonly Secret[]
  size?: 'md' | 'lg'
  /** The button that closes it. */
  closing?: string
  onClose: () => void
  children?: ReactNode
}

/** A dialog that only its button closes, as what it shows cannot be shown again. */
export const SecretOnce = ({
  title,
  lead,
  secrets = [],
  size = 'md',
  closing = 'I have it',
  onClose,
  children,
}: SecretOnceProps) => (
  <Modal
    opened
    onClose={onClose}
    title={title}
    size={size}
    closeOnClickOutside={false}
    closeOnEscape={false}
    withCloseButton={false}
  >
    <Stack>
      <Text>{lead}</Text>
      {secrets.map(({ value, label, heading }) => (
        <div key={label}>
          {heading ? (
            <Text size="sm" fw={500} mb={4}>
              {heading}
            </Text>
          ) : null}
          <CopyLine value={value} label={label} />
        </div>
      ))}
      {children}
      <Group justify="flex-end">
        <Button onClick={onClose} data-autofocus>
          {closing}
        </Button>
      </Group>
    </Stack>
  </Modal>
)
