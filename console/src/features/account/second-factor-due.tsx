/** The installation wants a second factor, and there is none: nothing else works before. */
import { Alert } from '@mantine/core'
import { IconShieldLock } from '@tabler/icons-react'

export const SecondFactorDue = () => (
  <Alert color="yellow" variant="light" icon={<IconShieldLock size={18} />} title="Add a second factor to go on">
    This installation asks for one. Connect an authenticator app or add a passkey below; until then you can see only
    this page.
  </Alert>
)
