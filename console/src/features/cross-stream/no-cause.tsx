/** What these pages do not say, on each of them. */
import { Alert } from '@mantine/core'
import { IconInfoCircle } from '@tabler/icons-react'
import type { ReactNode } from 'react'

/** The fixed note, with what the page adds. */
export const NoCause = ({ children }: { children?: ReactNode }) => (
  <Alert
    role="note"
    icon={<IconInfoCircle size={18} />}
    variant="light"
    color="gray"
    title="Moves together; says nothing about what causes what"
  >
    {children}
  </Alert>
)
