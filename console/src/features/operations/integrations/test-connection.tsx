/** Asks a source who the configured credentials are, and what they may. */
import { Button, Group, Modal, Skeleton, Stack, Text } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import type { z } from 'zod'
import { connectionTest, testableSources } from '#modules/polling/schemas.ts'
import { call } from '~/api/client.ts'
import { useMay } from '~/app/session.tsx'
import { Facts } from '~/ui/facts.tsx'
import { FormFailure } from '~/ui/form-failure.tsx'
import { formatCount } from '~/ui/format.ts'
import { Tag } from '~/ui/tag.tsx'
import { Moment } from '~/ui/time.tsx'

type Tested = z.output<typeof connectionTest>

/** Whether a source can be asked at all. */
const testable = (source: string): boolean => testableSources.some((name) => name === source)

/** A button with the answer in a dialog; nothing for sources that cannot be asked, or who may not. */
export function TestConnection({ source }: { source: string }) {
  const may = useMay('connections:write')
  const [open, setOpen] = useState(false)
  if (!may || !testable(source)) return null
  return (
    <>
      <Button
        variant="default"
        size="xs"
        w="max-content"
        onClick={() => setOpen(true)}
        aria-label={`Test the credentials of ${source}`}
      >
        Test
      </Button>
      {open ? <Answer source={source} onClose={() => setOpen(false)} /> : null}
    </>
  )
}

function Answer({ source, onClose }: { source: string; onClose: () => void }) {
  const test = useMutation({
    mutationFn: () => call(connectionTest, `/admin/integrations/${source}/test`, { method: 'POST' }),
  })
  const { data, error, isPending, isIdle, mutate } = test
  return (
    <Modal opened onClose={onClose} title={`Credentials of ${source}`} size="lg">
      <Stack>
        <Text>
          With them {source} is asked for what its webhooks did not tell. They come from the environment; asking changes
          nothing.
        </Text>
        <Stack mih={180} aria-live="polite" aria-busy={isPending}>
          {isPending ? (
            <Stack gap="sm">
              <Skeleton height={24} width={140} />
              <Skeleton height={90} />
            </Stack>
          ) : null}
          {data && !isPending ? <Told tested={data} /> : null}
          {error && !isPending ? <FormFailure error={error} /> : null}
        </Stack>
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Close
          </Button>
          <Button loading={isPending} onClick={() => mutate()} data-autofocus>
            {isIdle ? `Ask ${source}` : 'Ask again'}
          </Button>
        </Group>
      </Stack>
    </Modal>
  )
}

const Told = ({ tested }: { tested: Tested }) => (
  <>
    <Group gap="sm" wrap="nowrap" align="flex-start">
      <Tag tone={tested.ok ? 'good' : tested.configured ? 'warning' : 'plain'}>
        {tested.ok ? 'fine' : tested.configured ? 'needs attention' : 'not set'}
      </Tag>
      <Text>{tested.answer}</Text>
    </Group>
    {tested.configured ? <Facts rows={factsOf(tested)} /> : null}
  </>
)

const factsOf = ({ account, scopes, missing, quota, status }: Tested) => [
  { name: 'Account', value: account ?? 'not known' },
  ...(status === null || status === 200 ? [] : [{ name: 'Answer', value: String(status) }]),
  ...(scopes === null
    ? []
    : [{ name: 'May', value: scopes.length === 0 ? 'nothing in particular' : scopes.join(', ') }]),
  { name: 'Missing', value: missing.length === 0 ? 'nothing' : missing.join(', ') },
  ...(quota === null
    ? []
    : [
        {
          name: 'Left to ask',
          value: (
            <>
              {formatCount(quota.remaining)} of {formatCount(quota.limit)} requests, until{' '}
              <Moment value={quota.resets_at} />
            </>
          ),
        },
      ]),
]
