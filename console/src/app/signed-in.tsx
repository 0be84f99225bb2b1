/** The frame for who is signed in. */
import { useLive } from './live.ts'
import { SessionGate } from './session.tsx'
import { Shell } from './shell.tsx'

function Live() {
  useLive()
  return <Shell />
}

export const SignedIn = () => (
  <SessionGate>
    <Live />
  </SessionGate>
)
