/** How the number comes about, with the real numbers put in. */
import { Stack, Text } from '@mantine/core'
import type { Inputs, ReceiptReply } from '#modules/delivery/dora/receipts/schemas.ts'
import { formatCount, formatDay, formatDuration, plural } from '~/ui/format.ts'
import { Panel } from '~/ui/panel.tsx'
import { formatValue, metricTexts } from '../metric-texts.ts'

/** A formula in words; what was left out of it below. */
export function Computation({ receipt }: { receipt: ReceiptReply }) {
  const { metric, inputs } = receipt
  return (
    <Panel title="How it is computed" note={metric.summary}>
      <Stack gap="xs">
        <Formula inputs={inputs} receipt={receipt} />
        {receipt.facts.on_sealed_days > 0 ? (
          <Text size="sm" c="dimmed">
            {formatCount(receipt.facts.on_sealed_days)} of the {formatCount(receipt.facts.counted)} facts are on sealed
            days: they were counted before their details were purged.
          </Text>
        ) : null}
      </Stack>
    </Panel>
  )
}

function Formula({ inputs, receipt: { metric } }: { inputs: Inputs; receipt: ReceiptReply }) {
  const { counted } = metricTexts[metric.name]
  const result = formatValue(metric.value, metric.unit)
  switch (inputs.kind) {
    case 'share':
      if (inputs.denominator === 0) return <Text>There is nothing to divide by.</Text>
      return (
        <Text>
          {formatCount(inputs.numerator)} of {formatCount(inputs.denominator)} {counted}: {inputs.numerator} ÷{' '}
          {inputs.denominator} = <b>{result}</b>
        </Text>
      )
    case 'percentile':
      if (inputs.rank === null) return <Text>There is nothing to take the median of.</Text>
      return (
        <>
          <Text>
            The {formatCount(inputs.n)} {counted}, shortest first; the median is number ⌈0.5 × {inputs.n}⌉ ={' '}
            {formatCount(inputs.rank)}: <b>{result}</b>
          </Text>
          <Text size="sm" data-figures>
            {inputs.rank > inputs.before.length + 1 ? '… ' : ''}
            {inputs.before.map(formatDuration).join(' · ')}
            {inputs.before.length > 0 ? ' · ' : ''}
            <b>{formatDuration(inputs.at)}</b>
            {inputs.after.length > 0 ? ' · ' : ''}
            {inputs.after.map(formatDuration).join(' · ')}
            {inputs.rank + inputs.after.length < inputs.n ? ' …' : ''}
          </Text>
        </>
      )
    case 'weeks':
      return (
        <>
          <Text>
            Deployment days of {plural(inputs.weeks.length, 'whole week')}, fewest first; the median is number{' '}
            {inputs.rank}: <b>{result}</b>
          </Text>
          <Text size="sm" data-figures>
            {[...inputs.weeks]
              .sort((a, b) => a.deployment_days - b.deployment_days)
              .map((week) => week.deployment_days)
              .join(' · ')}
          </Text>
          <Text size="sm" c="dimmed">
            From Monday {formatDay(inputs.weeks[0]!.from, true)} on; days of cut weeks at the ends are left out.
          </Text>
        </>
      )
    case 'scaled':
      return (
        <Text>
          No whole week: {plural(inputs.deployment_days, 'deployment day')} × 7 ÷ {plural(inputs.days, 'day')} ={' '}
          <b>{result}</b>
        </Text>
      )
  }
}
