/** One source of webhooks: is it heard, where to send to, how to set it up. */
import { Code, Group, List, Stack, Text } from '@mantine/core'
import type { z } from 'zod'
import type { connectReply } from '#modules/intake/schemas.ts'
import { CopyLine } from '~/ui/copy.tsx'
import { plural } from '~/ui/format.ts'
import { ButtonLink, TextLink } from '~/ui/link.tsx'
import { Panel } from '~/ui/panel.tsx'
import { Tag } from '~/ui/tag.tsx'
import { Moment } from '~/ui/time.tsx'
import { sourceTitles, steps } from './steps.tsx'

type Webhook = z.output<typeof connectReply>['webhooks'][number]

/** The panel of one source. */
export const WebhookPanel = ({ webhook }: { webhook: Webhook }) => (
  <Panel title={sourceTitles[webhook.source]} note={<Heard webhook={webhook} />} action={<State webhook={webhook} />}>
    <Stack gap="sm">
      <div>
        <Text size="sm" fw={500} mb={4}>
          Payload address
        </Text>
        <CopyLine value={webhook.url} label="address" />
      </div>
      <div>
        <Text size="sm" fw={500} mb={4}>
          Secret
        </Text>
        {webhook.secret_hint === null ? (
          <Text size="sm">
            None is set, so nothing is accepted yet. Set <Code>{`${webhook.source.toUpperCase()}_WEBHOOK_SECRET`}</Code>{' '}
            and start daytwo again.
          </Text>
        ) : (
          <Text size="sm">{webhook.secret_hint}</Text>
        )}
        <TextLink to="/integrations" underline="always" fz="sm">
          Or make a connection with an address and a secret of its own
        </TextLink>
      </div>
      {webhook.source === 'github' ? (
        <div>
          <ButtonLink to="/integrations/github">Choose repositories</ButtonLink>
          <Text size="sm" c="dimmed" mt={6}>
            daytwo then makes their webhooks. By hand, it is done like this:
          </Text>
        </div>
      ) : null}
      <List type="ordered" size="sm" spacing={6}>
        {steps[webhook.source].map((step) => (
          <List.Item key={step.key}>{step.text}</List.Item>
        ))}
      </List>
    </Stack>
  </Panel>
)

const State = ({ webhook }: { webhook: Webhook }) =>
  webhook.events_last_day > 0 ? (
    <Tag tone="good">connected</Tag>
  ) : webhook.last_event_at ? (
    <Tag tone="warning">quiet</Tag>
  ) : (
    <Tag>waiting</Tag>
  )

const Heard = ({ webhook }: { webhook: Webhook }) =>
  webhook.last_event_at === null ? (
    <>Nothing received yet; this page notices by itself</>
  ) : (
    <Group gap={6} component="span">
      <span>
        {plural(webhook.events_last_day, 'event')} in the last day, the newest <Moment value={webhook.last_event_at} />
      </span>
      <TextLink to="/queue">Queue</TextLink>
    </Group>
  )
