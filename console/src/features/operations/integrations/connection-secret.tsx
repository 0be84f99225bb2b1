/** A connection's address and secret, this once. */
import { Button, Group, List, Modal, Stack, Text } from '@mantine/core'
import { steps } from '~/features/connect/steps.tsx'
import { CopyLine } from '~/ui/copy.tsx'
import { FirstEvent } from './first-event.tsx'
import type { Connection } from './queries.ts'

/** What was just made; the address is absent after a rotation, which keeps it. */
export type Made = { id: string; secret: string; url?: string | undefined }

type ConnectionSecretProps = {
  made: Made
  /** The connection itself, once it is read: how the sender must sign, and whether it is heard. */
  connection: Connection | undefined
  onClose: () => void
}

/** Shows a secret that cannot be shown again; only its button closes it. */
export const ConnectionSecret = ({ made, connection, onClose }: ConnectionSecretProps) => (
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
      {connection ? (
        <>
          {connection.source === 'events' ? (
            <Text size="sm" c="dimmed">
              {connection.signature}
            </Text>
          ) : (
            <List type="ordered" size="sm" spacing={4}>
              {steps[connection.source].map((step) => (
                <List.Item key={step.key}>{step.text}</List.Item>
              ))}
            </List>
          )}
          <FirstEvent source={connection.event_source ?? connection.source} />
        </>
      ) : null}
      <Group justify="flex-end">
        <Button onClick={onClose} data-autofocus>
          I have it
        </Button>
      </Group>
    </Stack>
  </Modal>
)
