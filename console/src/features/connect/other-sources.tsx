/** Whatever else can sign a webhook: which of it is connected, and how to connect more. */
import { Code, Stack, Text } from '@mantine/core'
import type { z } from 'zod'
import type { connectReply } from '#modules/intake/schemas.ts'
import { CopyLine } from '~/ui/copy.tsx'
import { plural } from '~/ui/format.ts'
import { ButtonLink } from '~/ui/link.tsx'
import { Panel } from '~/ui/panel.tsx'
import { Moment } from '~/ui/time.tsx'

type Source = z.output<typeof connectReply>['sources'][number]

/** The panel of generic sources. */
export const OtherSources = ({ sources }: { sources: readonly Source[] }) => (
  <Panel
    title="Anything else"
    note="A pipeline, a roll-out controller, an incident tool: whatever can send JSON"
    action={
      <ButtonLink to="/integrations" variant="default" size="xs">
        Make a connection
      </ButtonLink>
    }
  >
    <Stack gap="sm">
      <Text size="sm">
        Make a connection of its own for it; it gets an address and a secret, and signs as Standard Webhooks describes.
        A script with an API key can also <Code>POST</Code> events without signing.
      </Text>
      {sources.map(({ source, url, last_event_at: at, events_last_day: count }) => (
        <div key={source}>
          <Text size="sm" mb={4}>
            <Text span inherit fw={500}>
              {source}
            </Text>
            {': '}
            {at === null ? (
              'nothing received yet'
            ) : (
              <>
                {plural(count, 'event')} in the last day, the newest <Moment value={at} />
              </>
            )}
          </Text>
          {url ? <CopyLine value={url} label={`address of ${source}`} /> : null}
        </div>
      ))}
    </Stack>
  </Panel>
)
