/** A connection's address and secret, this once. */
import { Button, Group, Modal, Stack, Text } from '@mantine/core'
import { CopyLine } from '~/ui/copy.tsx'

/** What was just made; the address is absent after a rotation, which keeps it. */
export type Made = { id: string; secret: string; url?: string | undefined }

type ConnectionSecretProps = {
  made: Made
  /** How the sender must sign, once that is read. */
  signature: string | undefined
  onClose: () => void
}

/** Shows a secret that cannot be shown again; only its button closes it. */
export const ConnectionSecret = ({ made, signature, onClose }: ConnectionSecretProps) => (
  <Modal
    opened
    onClose={onClose}
    title="The new secret"
    size="lg"
    closeOnClickOutside={false}
    closeOnEscape={false}
    withCloseButton={false}
  >
    <Stack>
      <Text>Copy it now and paste it at the sender: it is kept encrypted and cannot be shown again.</Text>
      {made.url ? (
        <div>
          <Text size="sm" fw={500} mb={4}>
            Address
          </Text>
          <CopyLine value={made.url} label="address" />
        </div>
      ) : null}
      <div>
        <Text size="sm" fw={500} mb={4}>
          Secret
        </Text>
        <CopyLine value={made.secret} label="secret" />
      </div>
      {signature ? (
        <Text size="sm" c="dimmed">
          {signature}
        </Text>
      ) : null}
      <Group justify="flex-end">
        <Button onClick={onClose} data-autofocus>
          I have it
        </Button>
      </Group>
    </Stack>
  </Modal>
)
