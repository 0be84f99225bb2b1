/** A signing secret that was made, this once. */
import { SecretOnce } from '~/ui/secret-once.tsx'

export const ChannelSecret = ({ secret, onClose }: { secret: string; onClose: () => void }) => (
  <SecretOnce
    title="The signing secret"
    lead="Copy it now and give it to whoever receives the webhooks: it is kept encrypted and cannot be shown again."
    secrets={[{ value: secret, label: 'secret' }]}
    size="lg"
    onClose={onClose}
  />
)
