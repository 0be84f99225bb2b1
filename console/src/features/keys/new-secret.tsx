/** The key itself, this once. */
import { Text } from '@mantine/core'
import { SecretOnce } from '~/ui/secret-once.tsx'

export const NewSecret = ({ secret, onClose }: { secret: string; onClose: () => void }) => (
  <SecretOnce
    title="Your new key"
    lead="Copy it now: it is not stored and cannot be shown again."
    secrets={[{ value: secret, label: 'key' }]}
    onClose={onClose}
  >
    <Text size="sm" c="dimmed">
      Send it as <code>Authorization: Bearer …</code>
    </Text>
  </SecretOnce>
)
