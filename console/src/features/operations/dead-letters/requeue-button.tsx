/** Tries one dead letter again, after asking; says why not where the session may not. */
import { Button, Tooltip } from '@mantine/core'
import { IconRefresh } from '@tabler/icons-react'
import { useState } from 'react'
import { useMay } from '~/app/session.tsx'
import { RequeueDialog } from './requeue-dialog.tsx'

/** The button with its dialog. */
export function RequeueButton({ work, id }: { work: string; id: number }) {
  const may = useMay('queue:write')
  const [asked, setAsked] = useState(false)
  return (
    <>
      <Tooltip label="That needs the permission queue:write" disabled={may}>
        <Button
          leftSection={<IconRefresh size={16} />}
          onClick={() => {
            if (may) setAsked(true)
          }}
          data-disabled={may ? undefined : true}
          aria-disabled={!may}
        >
          Requeue
        </Button>
      </Tooltip>
      {asked ? <RequeueDialog work={work} chosen={{ ids: [id] }} onClose={() => setAsked(false)} /> : null}
    </>
  )
}
