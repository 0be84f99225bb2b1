/** The private networks of one tenant, in its page. */
import { Button, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useMay } from '~/app/session.tsx'
import { LoadedPanel } from '~/ui/loaded-panel.tsx'
import { AllowanceTable } from './allowance-table.tsx'
import { NewAllowanceDialog } from './new-allowance-dialog.tsx'
import { allowancesQuery } from './queries.ts'

/** The panel with its dialog. */
export function DialAllowancesPanel({ tenantId }: { tenantId: string }) {
  const query = useQuery(allowancesQuery(tenantId))
  const mayWrite = useMay('dial:write')
  const [making, setMaking] = useState(false)
  return (
    <>
      <LoadedPanel
        title="Private networks"
        note="Where this tenant's targets may be, besides the public internet"
        height={80}
        query={query}
        action={
          mayWrite ? (
            <Button variant="default" size="xs" miw="max-content" onClick={() => setMaking(true)}>
              Open one
            </Button>
          ) : undefined
        }
      >
        {({ allowances }) =>
          allowances.length === 0 ? (
            <Text c="dimmed">None is open.</Text>
          ) : (
            <AllowanceTable bare allowances={allowances} />
          )
        }
      </LoadedPanel>
      {making ? <NewAllowanceDialog tenantId={tenantId} onClose={() => setMaking(false)} /> : null}
    </>
  )
}
