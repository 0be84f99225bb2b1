/** A connection's address and secret, this once. */
import { List, Text } from '@mantine/core'
import { steps } from '~/features/connect/steps.tsx'
import { SecretOnce } from '~/ui/secret-once.tsx'
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

export const ConnectionSecret = ({ made, connection, onClose }: ConnectionSecretProps) => (
  <SecretOnce
    title="The new secret"
    lead="Copy it now and paste it at the sender: it is kept encrypted and cannot be shown again."
    secrets={[
      ...(made.url ? [{ value: made.url, label: 'address', heading: 'Address' }] : []),
      { value: made.secret, label: 'secret', heading: 'Secret' },
    ]}
    size="lg"
    onClose={onClose}
  >
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
  </SecretOnce>
)
