/** A signing secret that was made, this once. */
import { Button, Group, Modal, Stack, Text } from '@mantine/core'
import { CopyLine } from '~/ui/copy.tsx'

/** Only its button closes it. */
export const ChannelSecret = ({ secret, onClose }: { secret: string; onClose: () => void }) => (
  <Modal
    opened
    onClose={onClose}
    title="The signing secret"
    size="lg"
    closeOnClickOutside={false}
    closeOnEscape={false}
    withCloseButton={false}
  >
    <Stack>
      <Text>
        Copy it now and give it to whoever receives the webhooks: it is kept encrypted and cannot be shown again.
      </Text>
      <CopyLine value={secret} label="secret" />
      <Group justify="flex-end">
        <Button onClick={onClose} data-autofocus>
          I have it
        </Button>
      </Group>
    </Stack>
  </Modal>
)
