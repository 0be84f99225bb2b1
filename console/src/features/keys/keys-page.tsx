/** API keys: who may ask for what, until when. */
import { Button } from '@mantine/core'
import { IconKey, IconPlus } from '@tabler/icons-react'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useAskedNew } from '~/ui/asked-new.ts'
import { DataTable } from '~/ui/data-table.tsx'
import { LoadMore } from '~/ui/load-more.tsx'
import { Loaded } from '~/ui/loaded.tsx'
import { Page } from '~/ui/page.tsx'
import { TableSkeleton } from '~/ui/skeletons.tsx'
import { EmptyState } from '~/ui/states.tsx'
import { keyColumns } from './key-columns.tsx'
import { NewKeyDialog } from './new-key-dialog.tsx'
import { NewSecret } from './new-secret.tsx'
import { type Key, keysQuery } from './queries.ts'
import { RevokeKey } from './revoke-key.tsx'
import { RotateKeyDialog } from './rotate-key-dialog.tsx'

type Open = { kind: 'new' } | { kind: 'rotate' | 'revoke'; key: Key } | { kind: 'secret'; secret: string } | null

/** `/keys`. */
export function KeysPage() {
  const query = useInfiniteQuery(keysQuery)
  const [open, setOpen] = useState<Open>(null)
  const close = () => setOpen(null)
  useAskedNew(() => setOpen({ kind: 'new' }))
  const showSecret = (secret: string) => setOpen({ kind: 'secret', secret })
  const columns = keyColumns({
    onRotate: (key) => setOpen({ kind: 'rotate', key }),
    onRevoke: (key) => setOpen({ kind: 'revoke', key }),
  })
  const create = (
    <Button leftSection={<IconPlus size={16} />} onClick={() => setOpen({ kind: 'new' })}>
      New key
    </Button>
  )
  return (
    <Page
      title="API keys"
      lead="For scripts and dashboards. A key is shown once; only its hash is kept."
      actions={create}
    >
      <Loaded query={query} skeleton={<TableSkeleton rows={5} />}>
        {({ pages }) => {
          const keys = pages.flatMap((page) => page.keys)
          const scopes = pages[0]?.scopes ?? []
          return (
            <>
              {keys.length === 0 ? (
                <EmptyState icon={IconKey} title="No key yet">
                  A key lets a script read metrics or send events, limited to the scopes and streams you give it.
                </EmptyState>
              ) : (
                <div>
                  <DataTable caption="API keys" columns={columns} rows={keys} rowKey={({ id }) => id} minWidth={720} />
                  <LoadMore shown={keys.length} noun="keys" query={query} />
                </div>
              )}
              {open?.kind === 'new' ? <NewKeyDialog scopes={scopes} onMade={showSecret} onClose={close} /> : null}
            </>
          )
        }}
      </Loaded>
      {open?.kind === 'rotate' ? <RotateKeyDialog apiKey={open.key} onMade={showSecret} onClose={close} /> : null}
      {open?.kind === 'revoke' ? <RevokeKey apiKey={open.key} onClose={close} /> : null}
      {open?.kind === 'secret' ? <NewSecret secret={open.secret} onClose={close} /> : null}
    </Page>
  )
}
