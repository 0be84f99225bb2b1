/** What is open now, the worst first. */
import { Group, Stack, Text } from '@mantine/core'
import type { UseQueryResult } from '@tanstack/react-query'
import { TextLink } from '~/ui/link.tsx'
import { LoadedPanel } from '~/ui/loaded-panel.tsx'
import { Moment } from '~/ui/time.tsx'
import { alertTitle } from '../alert-title.ts'
import type { Alert } from '../queries.ts'
import { AlertTags, severityOrder } from '../severity-tag.tsx'

const mostShown = 6

/** Raised before acknowledged, worse before better, newer before older. */
const byNeed = (one: Alert, other: Alert) =>
  Number(one.state === 'acknowledged') - Number(other.state === 'acknowledged') ||
  severityOrder.indexOf(one.severity) - severityOrder.indexOf(other.severity) ||
  other.raised_at.localeCompare(one.raised_at)

/** A few alerts with links to all. */
export const AlertsPanel = ({ query }: { query: UseQueryResult<{ alerts: Alert[] }> }) => (
  <LoadedPanel
    title="Open alerts"
    height={200}
    query={query}
    action={
      <TextLink to="/alerts" fz="sm">
        All alerts
      </TextLink>
    }
  >
    {({ alerts }) =>
      alerts.length === 0 ? (
        <Text c="dimmed">No condition is met. Nothing needs you.</Text>
      ) : (
        <Stack gap="sm">
          {[...alerts]
            .sort(byNeed)
            .slice(0, mostShown)
            .map((alert) => (
              <div key={alert.id}>
                <Group justify="space-between" gap="xs">
                  <TextLink to="/alerts/$id" params={{ id: alert.id }} fw={500}>
                    {alertTitle(alert)}
                  </TextLink>
                  <AlertTags alert={alert} />
                </Group>
                <Text size="sm" c="dimmed">
                  {alert.detail} Since <Moment value={alert.raised_at} />.
                </Text>
              </div>
            ))}
          {alerts.length > mostShown ? (
            <Text size="sm" c="dimmed">
              and {alerts.length - mostShown} more
            </Text>
          ) : null}
        </Stack>
      )
    }
  </LoadedPanel>
)
