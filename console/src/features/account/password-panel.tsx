/** The password: when it was chosen, and choosing another. */
import { Button, Text } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { signInReply } from '#modules/people/schemas.ts'
import { call } from '~/api/client.ts'
import { noteAccess } from '~/api/renewal.ts'
import { NewPassword } from '~/features/auth/new-password.tsx'
import { PasswordField } from '~/features/auth/password-field.tsx'
import { FormDialog } from '~/ui/dialog.tsx'
import { useForm } from '~/ui/form.ts'
import { LoadedPanel } from '~/ui/loaded-panel.tsx'
import { Moment } from '~/ui/time.tsx'
import { useToast } from '~/ui/toast.tsx'
import { type Account, accountQuery } from './queries.ts'

/** One line and a button. */
export function PasswordPanel() {
  const query = useQuery(accountQuery)
  const [open, setOpen] = useState(false)
  return (
    <LoadedPanel
      title="Password"
      height={180}
      query={query}
      action={
        query.data ? (
          <Button variant="default" size="xs" onClick={() => setOpen(true)}>
            {query.data.has_password ? 'Change it' : 'Choose one'}
          </Button>
        ) : null
      }
    >
      {(account) => (
        <>
          <Text>
            {account.has_password ? (
              <>
                Chosen <Moment value={account.password_changed_at ?? account.created_at} />.
              </>
            ) : (
              'You have none: you sign in by other means.'
            )}
          </Text>
          <Text c="dimmed" size="sm" mt="xs">
            A new one ends all other sessions. There is no need to change it now and then, only when somebody may know
            it.
          </Text>
          {open ? <PasswordDialog account={account} onClose={() => setOpen(false)} /> : null}
        </>
      )}
    </LoadedPanel>
  )
}

function PasswordDialog({ account, onClose }: { account: Account; onClose: () => void }) {
  const queryClient = useQueryClient()
  const toast = useToast()
  const form = useForm({
    initial: { current_password: '', password: '' },
    submit: async ({ current_password: current, password }) => {
      const body = { password, ...(account.has_password ? { current_password: current } : {}) }
      await call(signInReply, '/account/password', { method: 'POST', body })
      noteAccess()
      await queryClient.invalidateQueries({ queryKey: ['account'] })
      onClose()
      toast('The password is changed; other sessions have ended')
    },
  })
  return (
    <FormDialog
      title={account.has_password ? 'Change the password' : 'Choose a password'}
      onClose={onClose}
      form={form}
      submitLabel="Change the password"
    >
      <input type="hidden" name="email" autoComplete="username" value={account.email} />
      {account.has_password ? (
        <PasswordField
          label="Current password"
          autoComplete="current-password"
          data-autofocus
          visibilityToggleButtonProps={{ 'aria-label': 'Show the current password', tabIndex: 0 }}
          {...form.text('current_password')}
        />
      ) : null}
      <NewPassword label="New password" {...form.text('password')} />
    </FormDialog>
  )
}
