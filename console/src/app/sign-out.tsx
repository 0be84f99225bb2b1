/** Ends the session in this browser. */
import { ActionIcon, Tooltip } from '@mantine/core'
import { IconLogout } from '@tabler/icons-react'

async function signOut() {
  await fetch('/auth/sign-out', { method: 'POST', credentials: 'same-origin' }).catch(() => undefined)
  // A fresh page, so that nothing of the session stays in memory.
  window.location.assign('/')
}

/** A small button that signs out. */
export const SignOut = () => (
  <Tooltip label="Sign out">
    <ActionIcon variant="default" size="lg" aria-label="Sign out" onClick={() => void signOut()}>
      <IconLogout size={18} stroke={1.6} />
    </ActionIcon>
  </Tooltip>
)
