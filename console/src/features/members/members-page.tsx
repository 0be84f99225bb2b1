/** Members: who belongs here, as what, and who is invited. */
import { Button, Group, Stack } from '@mantine/core'
import { IconUserPlus } from '@tabler/icons-react'
import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { z } from 'zod'
import { call } from '~/api/client.ts'
import { useMay, useSession } from '~/app/session.tsx'
import { useAskedNew } from '~/ui/asked-new.ts'
import { useAttempt } from '~/ui/attempt.ts'
import { DataTable } from '~/ui/data-table.tsx'
import { ButtonLink } from '~/ui/link.tsx'
import { LoadMore } from '~/ui/load-more.tsx'
import { Loaded } from '~/ui/loaded.tsx'
import { Page } from '~/ui/page.tsx'
import type { RowAction } from '~/ui/row-menu.tsx'
import { TableSkeleton } from '~/ui/skeletons.tsx'
import { Together } from '~/ui/together.tsx'
import { ChangeRoleDialog } from './change-role-dialog.tsx'
import { RemoveMember, SuspendMember } from './end-dialogs.tsx'
import { InvitationsPanel } from './invitations-panel.tsx'
import { InviteDialog } from './invite-dialog.tsx'
import { memberColumns } from './member-columns.tsx'
import {
  type Member,
  mayChange,
  membersQuery,
  openInvitationsQuery,
  renewMembers,
  supportAccessQuery,
} from './queries.ts'
import { SupportAccessPanel } from './support-access-panel.tsx'

type Open = { kind: 'invite' } | { kind: 'role' | 'suspend' | 'remove'; member: Member } | null

/** `/members`. */
export function MembersPage() {
  const { person, tenant } = useSession()
  const mayWrite = useMay('members:write')
  const mayReadAudit = useMay('audit:read')
  const mayReview = useMay('members:review')
  const mayReadSupport = useMay('support-access:read')
  const query = useInfiniteQuery(membersQuery)
  const invitations = useInfiniteQuery(openInvitationsQuery)
  const support = useInfiniteQuery({ ...supportAccessQuery, enabled: mayReadSupport })
  const resume = useResume()
  const [open, setOpen] = useState<Open>(null)
  const close = () => setOpen(null)
  useAskedNew(() => {
    if (mayWrite) setOpen({ kind: 'invite' })
  })

  const actionsOf = (member: Member): RowAction[] => {
    // Nobody changes somebody above them, and what one does to oneself belongs to the account.
    if (member.person_id === person?.id || !mayChange(tenant?.role, member.role)) return []
    const ask = (kind: 'role' | 'suspend' | 'remove') => () => setOpen({ kind, member })
    return [
      { label: 'Change the role', onClick: ask('role') },
      member.status === 'suspended'
        ? { label: 'Resume', onClick: () => void resume(member) }
        : { label: 'Suspend', onClick: ask('suspend') },
      { label: 'Remove', onClick: ask('remove'), danger: true },
    ]
  }
  const columns = memberColumns({ ownId: person?.id, mayReadAudit, actionsOf: mayWrite ? actionsOf : undefined })

  return (
    <Page
      title="Members"
      lead={tenant ? `Who belongs to ${tenant.name}, and as what.` : ' '}
      actions={
        <Group gap="xs">
          <ButtonLink to="/members/roles" variant="default">
            Roles
          </ButtonLink>
          {mayReview ? (
            <ButtonLink to="/members/access-review" variant="default">
              Access review
            </ButtonLink>
          ) : null}
          {mayWrite ? (
            <Button leftSection={<IconUserPlus size={16} />} onClick={() => setOpen({ kind: 'invite' })}>
              Invite
            </Button>
          ) : null}
        </Group>
      }
    >
      <Together
        queries={mayReadSupport ? [query, invitations, support] : [query, invitations]}
        skeleton={<TableSkeleton rows={10} />}
      >
        <Stack gap="md">
          <Loaded query={query} skeleton={null}>
            {({ pages }) => {
              const members = pages.flatMap((page) => page.members)
              return (
                <div>
                  <DataTable
                    caption="Members"
                    columns={columns}
                    rows={members}
                    rowKey={(row) => row.person_id}
                    minWidth={330}
                  />
                  <LoadMore shown={members.length} noun="members" query={query} />
                </div>
              )
            }}
          </Loaded>
          <InvitationsPanel mayWrite={mayWrite} />
          {mayReadSupport ? <SupportAccessPanel /> : null}
        </Stack>
      </Together>
      {open?.kind === 'invite' ? <InviteDialog onClose={close} /> : null}
      {open?.kind === 'role' ? <ChangeRoleDialog member={open.member} onClose={close} /> : null}
      {open?.kind === 'suspend' ? <SuspendMember member={open.member} onClose={close} /> : null}
      {open?.kind === 'remove' ? <RemoveMember member={open.member} onClose={close} /> : null}
    </Page>
  )
}

/** Lets a suspended member in again; a failure is told where everything done is told. */
function useResume() {
  const queryClient = useQueryClient()
  const { attempt } = useAttempt()
  return ({ name, person_id: id }: Member) =>
    attempt(async () => {
      await call(z.unknown(), `/members/${id}`, { method: 'PATCH', body: { status: 'active' } })
      await renewMembers(queryClient)
      return `${name} may come back`
    })
}
