/** Why a deployment failed, with the way to the incident. */
import { Stack, Text } from '@mantine/core'
import type { ReceiptFact } from '#modules/delivery/dora/receipts/schemas.ts'
import { capitalize, humanize } from '~/ui/format.ts'
import { TextLink } from '~/ui/link.tsx'
import { useTimeZone } from '~/ui/time.tsx'
import { todayIn } from '../window.ts'

type Failure = ReceiptFact['failures'][number]

/** An incident by its key and title, leading to the incidents of its day; anything else by its kind. */
export function Cause({ failure: { cause, cause_key: key, incident } }: { failure: Failure }) {
  const timeZone = useTimeZone()
  if (incident === null)
    return (
      <Text span inherit>
        {capitalize(humanize(cause))}{' '}
        <Text span inherit c="dimmed" style={{ overflowWrap: 'anywhere' }}>
          {key}
        </Text>
      </Text>
    )
  const day = todayIn(timeZone, new Date(incident.started_at))
  return (
    <Text span inherit>
      <TextLink to="/incidents" search={{ from: day, to: day }}>
        {incident.key}
      </TextLink>{' '}
      {incident.title}
    </Text>
  )
}

export const Causes = ({ failures }: { failures: readonly Failure[] }) =>
  failures.length === 0 ? (
    <Text span inherit c="dimmed">
      –
    </Text>
  ) : (
    <Stack gap={2}>
      {failures.map((failure) => (
        <Cause key={`${failure.cause} ${failure.cause_key}`} failure={failure} />
      ))}
    </Stack>
  )
