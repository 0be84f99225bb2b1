/** Computes the chain again from the first event that is kept, and says what it found. */
import { Alert, Button, Group, List, Loader, Modal, Stack, Text } from '@mantine/core'
import { IconShieldCheck, IconShieldX } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { FormFailure } from '~/ui/form-failure.tsx'
import { formatCount, humanize, plural } from '~/ui/format.ts'
import { type Verification, verifyChain } from './queries.ts'

/** The dialog; it begins when it opens. */
export function VerifyDialog({ onClose }: { onClose: () => void }) {
  const verification = useQuery({
    queryKey: ['audit-verification'],
    queryFn: verifyChain,
    staleTime: 0,
    gcTime: 0,
    retry: false,
    refetchOnWindowFocus: false,
  })
  const again = verification.isFetching
  return (
    <Modal opened onClose={onClose} title="Verify the audit trail" size="lg">
      <Stack>
        <Text size="sm" c="dimmed">
          Every event holds a hash over itself and the event before it. All of them are computed again and compared with
          the signed checkpoints.
        </Text>
        {again ? (
          <Group gap="sm" role="status">
            <Loader size="sm" type="dots" />
            <Text>Computing…</Text>
          </Group>
        ) : verification.data ? (
          <Result verification={verification.data} />
        ) : (
          <FormFailure error={verification.error} />
        )}
        <Group justify="flex-end">
          <Button variant="default" disabled={again} onClick={() => void verification.refetch()}>
            Verify again
          </Button>
          <Button onClick={onClose} data-autofocus>
            Close
          </Button>
        </Group>
      </Stack>
    </Modal>
  )
}

function Result({ verification }: { verification: Verification }) {
  const { ok, events, from_seq: from, upto_seq: upto, checkpoints, faults } = verification
  const extent = `${plural(events, 'event')} (${formatCount(from + 1)} to ${formatCount(upto)}) and ${plural(checkpoints, 'checkpoint')} were compared.`
  if (ok)
    return (
      <Alert color="pine" variant="light" icon={<IconShieldCheck size={18} />} title="The trail is whole" role="status">
        <Text size="sm">{events === 0 ? 'It holds no event yet.' : extent}</Text>
      </Alert>
    )
  return (
    <Alert
      color="red"
      variant="light"
      icon={<IconShieldX size={18} />}
      title="The trail was tampered with"
      role="alert"
    >
      <Text size="sm" mb="xs">
        {extent}
      </Text>
      <List size="sm" spacing={4}>
        {faults.map(({ kind, seq, detail }) => (
          <List.Item key={`${kind} ${seq} ${detail}`}>
            {humanize(kind)}
            {seq === null ? '' : ` at ${formatCount(seq)}`}: {detail}
          </List.Item>
        ))}
      </List>
    </Alert>
  )
}
