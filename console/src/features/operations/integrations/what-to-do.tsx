/** What helps a source that is not heard as it should be. */
import { Text } from '@mantine/core'
import { eventWork } from '~/features/queue/queries.ts'
import { TextLink } from '~/ui/link.tsx'
import type { SourceHealth } from '../queries.ts'

/** A sentence with a link, or nothing when all is well. */
export function WhatToDo({ source: { status, ...source } }: { source: SourceHealth }) {
  if (source.signature_failures_last_day > 0)
    return (
      <Text size="sm">
        The secret at {source.source} and the one here differ. Rotate its connection below, or take the secret of{' '}
        <TextLink to="/connect" underline="always">
          Connect
        </TextLink>
        , and paste it there.
      </Text>
    )
  if (source.dead_letters_last_day > 0)
    return (
      <Text size="sm">
        Some events could not be understood.{' '}
        <TextLink to="/dead-letters" search={{ work: eventWork }} underline="always">
          Look at the dead letters
        </TextLink>
        , mend the cause, then requeue them.
      </Text>
    )
  if (status === 'no_data')
    return (
      <Text size="sm">
        Nothing was ever heard from it.{' '}
        <TextLink to="/connect" underline="always">
          Connect it
        </TextLink>
        .
      </Text>
    )
  if (status === 'healthy') return null
  return (
    <Text size="sm">
      Look at the deliveries the webhook lists at {source.source}: whether it is active, and reaches{' '}
      <TextLink to="/connect" underline="always">
        the address given here
      </TextLink>
      .
    </Text>
  )
}
