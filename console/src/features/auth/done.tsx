/** A step is done and the next is not here: look into the mail, wait for somebody. */
import { ThemeIcon } from '@mantine/core'
import { IconCheck } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { AuthFrame } from './auth-frame.tsx'

/** A page that only says so. */
export const Done = ({ title, children, below }: { title: string; children: ReactNode; below?: ReactNode }) => (
  <AuthFrame title={title} below={below} lead={children}>
    <ThemeIcon size={44} radius="xl" variant="light" aria-hidden>
      <IconCheck size={22} stroke={1.8} />
    </ThemeIcon>
  </AuthFrame>
)
