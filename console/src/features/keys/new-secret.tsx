/** The key itself, this once. */
import { Button, Group, Modal, Stack, Text } from '@mantine/core'
import { CopyLine } from '~/ui/copy.tsx'

/** Shows a secret that cannot be shown again; only its button closes it. */
export const NewSecret = ({ secret, onClose }: { secret: string; onClose: () => void }) => (
  <Modal
    opened
    onClose={onClose}
    title="Your new key"
    closeOnClickOutside={false}
    closeOnEscape={false}
    withCloseButton={false}
  >
    <Stack>
      <Text>Copy it now: it is not stored and cannot be shown again.</Text>
      <CopyLine value={secret} label="key" />
      <Text size="sm" c="dimmed">
        Send it as <code>Authorization: Bearer …</code>
      </Text>
      <Group justify="flex-end">
        <Button onClick={onClose} data-autofocus>
          I have it
        </Button>
      </Group>
    </Stack>
  </Modal>
)
