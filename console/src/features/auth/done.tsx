/** A step is done and the next is not here: look into the mail, wait for somebody. */
import { Text } from '@mantine/core'
import type { ReactNode } from 'react'
import { AuthFrame } from './auth-frame.tsx'

/** A page that only says so. */
export const Done = ({ title, children, below }: { title: string; children: ReactNode; below?: ReactNode }) => (
  <AuthFrame title={title} below={below}>
    <Text data-marked-links role="status">
      {children}
    </Text>
  </AuthFrame>
)
