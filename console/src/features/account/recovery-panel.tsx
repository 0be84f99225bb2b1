/** Recovery codes: how many are left, and new ones. */
import { Button, Text } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { recoveryCodes } from '#modules/people/second-factor/schemas.ts'
import { call } from '~/api/client.ts'
import { Confirm } from '~/ui/dialog.tsx'
import { plural } from '~/ui/format.ts'
import { LoadedPanel } from '~/ui/loaded-panel.tsx'
import { Tag } from '~/ui/tag.tsx'
import { Day } from '~/ui/time.tsx'
import { useConfirmed } from './confirm-yourself.tsx'
import { type FactorsQuery, secondFactorsQuery } from './queries.ts'
import { RecoveryCodes } from './recovery-codes.tsx'

const few = 3

/** They come with the first second factor. */
export function RecoveryPanel({ query }: { query: FactorsQuery }) {
  const queryClient = useQueryClient()
  const confirmed = useConfirmed()
  const [asking, setAsking] = useState(false)
  const [codes, setCodes] = useState<readonly string[] | null>(null)
  const has = query.data && (query.data.totp !== null || query.data.passkeys.length > 0)
  return (
    <LoadedPanel
      title="Recovery codes"
      note="For when the app or the passkey is not at hand"
      height={96}
      query={query}
      action={
        has ? (
          <Button variant="default" size="xs" onClick={() => setAsking(true)}>
            New codes
          </Button>
        ) : null
      }
    >
      {({ recovery_codes: { left, made_at: madeAt } }) => (
        <>
          {madeAt ? (
            <Text component="div">
              <Tag tone={left === 0 ? 'bad' : left <= few ? 'warning' : 'good'}>{plural(left, 'code')} left</Tag> of
              those made <Day value={madeAt.slice(0, 10)} />
            </Text>
          ) : (
            <Text c="dimmed">They come with the first authenticator app or passkey.</Text>
          )}
          {asking ? (
            <Confirm
              title="Make new recovery codes?"
              question="The ones you have stop working."
              action="Make new ones"
              onClose={() => setAsking(false)}
              onConfirm={async () => {
                const made = await confirmed(() => call(recoveryCodes, '/account/recovery-codes', { method: 'POST' }))
                await queryClient.invalidateQueries({ queryKey: secondFactorsQuery.queryKey })
                setCodes(made.recovery_codes)
              }}
            />
          ) : null}
          {codes ? <RecoveryCodes codes={codes} onClose={() => setCodes(null)} /> : null}
        </>
      )}
    </LoadedPanel>
  )
}
