/** The first steps: what is done is ticked by itself, the next one says exactly what to do. */
import { Box, Button, Group, Stack, Text, ThemeIcon, Title } from '@mantine/core'
import { IconCheck } from '@tabler/icons-react'
import { Panel } from '~/ui/panel.tsx'
import { ErrorState } from '~/ui/states.tsx'
import { firstStepsHeight } from './layout.ts'
import { StepHelp } from './step-help.tsx'
import type { Connect, Step } from './steps.ts'
import type { Steps } from './use-steps.ts'

type FirstStepsProps = { steps: Steps; onDismiss: () => void }

/** The checklist; `onDismiss` puts it away. */
export function FirstSteps({ steps, onDismiss }: FirstStepsProps) {
  if (steps.state === 'failed') return <ErrorState error={steps.error} onRetry={steps.retry} />
  // Waiting happens only where it was open before: its place is kept.
  if (steps.state === 'waiting') return <Box mih={firstStepsHeight} />
  const { steps: all, connect } = steps
  const done = all.filter((step) => step.done).length
  const next = all.find((step) => !step.done)
  return (
    <Panel
      title="First steps"
      note={`${done} of ${all.length} done; this list ticks itself`}
      action={
        <Button variant="subtle" size="xs" miw="max-content" onClick={onDismiss}>
          {next ? 'Dismiss' : 'Close'}
        </Button>
      }
    >
      <Stack component="ol" gap="sm" m={0} p={0} style={{ listStyle: 'none' }} aria-live="polite">
        {all.map((step, index) => (
          <StepLine key={step.name} step={step} number={index + 1} current={step === next} connect={connect} />
        ))}
      </Stack>
      {next ? null : (
        <Text mt="md" fw={500}>
          You have your first metric. It is below, and on Delivery with its trend.
        </Text>
      )}
    </Panel>
  )
}

type StepLineProps = { step: Step; number: number; current: boolean; connect: Connect }

function StepLine({ step, number, current, connect }: StepLineProps) {
  return (
    <Box component="li" aria-current={current ? 'step' : undefined}>
      <Group gap="sm" wrap="nowrap" align="flex-start">
        <ThemeIcon
          size={26}
          radius="xl"
          bg={step.done ? 'var(--dt-elite-tint)' : current ? undefined : 'var(--mantine-color-default-hover)'}
          c={step.done ? 'var(--dt-elite)' : current ? undefined : 'var(--mantine-color-text)'}
          role="img"
          aria-label={step.done ? 'done' : `step ${number}`}
        >
          {step.done ? <IconCheck size={15} stroke={2.4} /> : <Text size="sm">{number}</Text>}
        </ThemeIcon>
        <Box flex={1} miw={0}>
          <Group gap="xs">
            <Title order={3} fw={current ? 600 : 500} c={step.done || current ? undefined : 'dimmed'}>
              {step.title}
            </Title>
            {step.done && step.seen ? (
              <Text size="sm" c="dimmed" truncate>
                {step.seen}
              </Text>
            ) : null}
          </Group>
          {current ? (
            <Box mt="sm" mb="xs">
              <StepHelp name={step.name} connect={connect} />
            </Box>
          ) : null}
        </Box>
      </Group>
    </Box>
  )
}
