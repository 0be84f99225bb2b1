/** Passkeys: sign in with a fingerprint, a face or a PIN instead of a password and a code. */
import { Button, Group, Text, TextInput } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { z } from 'zod'
import { passkeyReply } from '#modules/people/passkeys/schemas.ts'
import { call } from '~/api/client.ts'
import { passkeysPossible } from '~/features/auth/passkeys.ts'
import { type Column, DataTable } from '~/ui/data-table.tsx'
import { Confirm, FormDialog } from '~/ui/dialog.tsx'
import { useForm } from '~/ui/form.ts'
import { FormFailure } from '~/ui/form-failure.tsx'
import { LoadedPanel } from '~/ui/loaded-panel.tsx'
import { Day, Moment } from '~/ui/time.tsx'
import { useToast } from '~/ui/toast.tsx'
import { useAddPasskey } from './add-passkey.ts'
import { useConfirmed } from './confirm-yourself.tsx'
import { type FactorsQuery, type Passkey, secondFactorsQuery } from './queries.ts'
import { RecoveryCodes } from './recovery-codes.tsx'

type Open = { kind: 'rename' | 'remove'; passkey: Passkey } | null

/** The list, with a button to add one where this address can have any. */
export function PasskeysPanel({ query }: { query: FactorsQuery }) {
  const [open, setOpen] = useState<Open>(null)
  const adding = useAddPasskey()
  const here = query.data?.passkeys_here
  const possible = here?.possible === true && passkeysPossible()
  return (
    <LoadedPanel
      title="Passkeys"
      note="A fingerprint, a face or a PIN of your device instead of password and code"
      height={96}
      query={query}
      action={
        possible ? (
          <Button
            variant="default"
            size="xs"
            leftSection={<IconPlus size={14} />}
            loading={adding.busy}
            onClick={() => void adding.add()}
          >
            Add a passkey
          </Button>
        ) : null
      }
    >
      {({ passkeys }) => (
        <>
          <FormFailure error={adding.failure} />
          {passkeys.length > 0 ? (
            <DataTable
              bare
              caption="Passkeys"
              columns={columnsOf(setOpen)}
              rows={passkeys}
              rowKey={({ id }) => id}
              minWidth={280}
            />
          ) : (
            <Text c="dimmed">You have none.</Text>
          )}
          {possible || !here ? null : (
            <Text size="sm" c="dimmed" mt="xs">
              {here.why ?? 'This browser cannot make one at this address.'}
              {here.address ? ` They work at ${here.address}.` : ''}
            </Text>
          )}
          {open?.kind === 'rename' ? <Rename passkey={open.passkey} onClose={() => setOpen(null)} /> : null}
          {open?.kind === 'remove' ? <Remove passkey={open.passkey} onClose={() => setOpen(null)} /> : null}
          {adding.codes ? <RecoveryCodes codes={adding.codes} onClose={adding.forgetCodes} /> : null}
        </>
      )}
    </LoadedPanel>
  )
}

const columnsOf = (setOpen: (open: Open) => void): Column<Passkey>[] => [
  {
    id: 'name',
    header: 'Passkey',
    sortBy: ({ name }) => name,
    cell: ({ name, synced }) => (
      <>
        <Text inherit fw={500}>
          {name}
        </Text>
        <Text size="sm" c="dimmed">
          {synced ? 'on all your devices of its maker' : 'on this one device'}
        </Text>
      </>
    ),
  },
  { id: 'made', header: 'Added', phone: false, cell: ({ created_at: at }) => <Day value={at.slice(0, 10)} /> },
  { id: 'used', header: 'Last used', phone: false, cell: ({ last_used_at: at }) => <Moment value={at} /> },
  {
    id: 'actions',
    header: 'Actions',
    align: 'right',
    cell: (passkey) => (
      <Group gap={6} wrap="nowrap" justify="flex-end">
        <Button
          variant="default"
          size="xs"
          onClick={() => setOpen({ kind: 'rename', passkey })}
          aria-label={`Rename ${passkey.name}`}
        >
          Rename
        </Button>
        <Button
          variant="default"
          size="xs"
          onClick={() => setOpen({ kind: 'remove', passkey })}
          aria-label={`Remove ${passkey.name}`}
        >
          Remove
        </Button>
      </Group>
    ),
  },
]

function Rename({ passkey, onClose }: { passkey: Passkey; onClose: () => void }) {
  const queryClient = useQueryClient()
  const form = useForm({
    initial: { name: passkey.name },
    submit: async (body) => {
      await call(passkeyReply, `/account/passkeys/${passkey.id}`, { method: 'PATCH', body })
      await queryClient.invalidateQueries({ queryKey: secondFactorsQuery.queryKey })
      onClose()
    },
  })
  return (
    <FormDialog title={`Rename ${passkey.name}`} onClose={onClose} form={form} submitLabel="Rename">
      <TextInput label="Name" description="What it is on, to recognise it by" data-autofocus {...form.text('name')} />
    </FormDialog>
  )
}

function Remove({ passkey, onClose }: { passkey: Passkey; onClose: () => void }) {
  const queryClient = useQueryClient()
  const toast = useToast()
  const confirmed = useConfirmed()
  return (
    <Confirm
      title={`Remove ${passkey.name}?`}
      question="It lets nobody in any more. Your device may go on offering it until you delete it there too."
      action="Remove it"
      onClose={onClose}
      onConfirm={async () => {
        await confirmed(() => call(z.unknown(), `/account/passkeys/${passkey.id}`, { method: 'DELETE' }))
        await queryClient.invalidateQueries({ queryKey: secondFactorsQuery.queryKey })
        toast(`${passkey.name} is removed`)
      }}
    />
  )
}
