/** E-mail address and name. */
import { Button, Group, Stack, TextInput } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { accountReply } from '#modules/people/schemas.ts'
import { call } from '~/api/client.ts'
import { sessionKey } from '~/app/query-client.ts'
import { Facts } from '~/ui/facts.tsx'
import { useForm } from '~/ui/form.ts'
import { FormFailure } from '~/ui/form-failure.tsx'
import { LoadedPanel } from '~/ui/loaded-panel.tsx'
import { Day } from '~/ui/time.tsx'
import { useToast } from '~/ui/toast.tsx'
import { type Account, accountQuery } from './queries.ts'

/** The name can be changed, the address cannot. */
export function ProfilePanel() {
  const query = useQuery(accountQuery)
  return (
    <LoadedPanel title="Who you are" height={180} query={query}>
      {(account) => (
        <Stack gap="sm">
          <Facts
            rows={[
              { name: 'E-mail address', value: account.email },
              { name: 'Since', value: <Day value={account.created_at.slice(0, 10)} /> },
            ]}
          />
          <NameForm account={account} />
        </Stack>
      )}
    </LoadedPanel>
  )
}

function NameForm({ account }: { account: Account }) {
  const queryClient = useQueryClient()
  const toast = useToast()
  const form = useForm({
    initial: { name: account.name },
    submit: async (body) => {
      queryClient.setQueryData(accountQuery.queryKey, await call(accountReply, '/account', { method: 'PATCH', body }))
      await queryClient.invalidateQueries({ queryKey: sessionKey })
      toast('Your name is changed')
    },
  })
  return (
    <form onSubmit={(event) => void form.onSubmit(event)} noValidate>
      <Group align="flex-end" gap="xs" wrap="nowrap">
        <TextInput label="Name" autoComplete="name" flex={1} {...form.text('name')} />
        <Button type="submit" variant="default" loading={form.busy} disabled={form.values.name === account.name}>
          Save
        </Button>
      </Group>
      <FormFailure error={form.failure} />
    </form>
  )
}
