/** Asks before somebody is suspended or removed, or an invitation taken back. */
import { useQueryClient } from '@tanstack/react-query'
import { z } from 'zod'
import { call } from '~/api/client.ts'
import { Confirm } from '~/ui/dialog.tsx'
import { useToast } from '~/ui/toast.tsx'
import { type Invitation, type Member, renewMembers } from './queries.ts'

type MemberDialogProps = { member: Member; onClose: () => void }

/** Suspending can be undone. */
export function SuspendMember({ member: { name, person_id: id }, onClose }: MemberDialogProps) {
  const queryClient = useQueryClient()
  const toast = useToast()
  return (
    <Confirm
      title={`Suspend ${name}?`}
      question="They are signed out of this organisation within a second and cannot come back until you resume them. What they did stays."
      action="Suspend"
      onClose={onClose}
      onConfirm={async () => {
        await call(z.unknown(), `/members/${id}`, { method: 'PATCH', body: { status: 'suspended' } })
        await renewMembers(queryClient)
        toast(`${name} is suspended`)
      }}
    />
  )
}

/** Removing leaves the account; to come back they must be invited again. */
export function RemoveMember({ member: { name, person_id: id }, onClose }: MemberDialogProps) {
  const queryClient = useQueryClient()
  const toast = useToast()
  return (
    <Confirm
      title={`Remove ${name}?`}
      question="They lose this organisation at once; to come back they must be invited again. Their account, and what the audit log says of them, stays."
      action="Remove"
      onClose={onClose}
      onConfirm={async () => {
        await call(z.unknown(), `/members/${id}`, { method: 'DELETE' })
        await renewMembers(queryClient)
        toast(`${name} is removed`)
      }}
    />
  )
}

/** The link in the mail ends. */
export function RevokeInvitation({ invitation, onClose }: { invitation: Invitation; onClose: () => void }) {
  const queryClient = useQueryClient()
  const toast = useToast()
  return (
    <Confirm
      title={`Take back the invitation of ${invitation.email}?`}
      question="The link in the mail stops working at once."
      action="Take it back"
      onClose={onClose}
      onConfirm={async () => {
        await call(z.unknown(), `/invitations/${invitation.id}`, { method: 'DELETE' })
        await renewMembers(queryClient)
        toast(`The invitation of ${invitation.email} is taken back`)
      }}
    />
  )
}
