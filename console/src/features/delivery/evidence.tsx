/** Why we believe that a deployment caused something: method, confidence, and the facts that were used. */
import { Anchor, Popover, Stack, Text } from '@mantine/core'
import { Facts } from '~/ui/facts.tsx'
import { capitalize, formatRatio, humanize } from '~/ui/format.ts'

type Attribution = {
  method: string
  confidence: number | null
  evidence: Readonly<Record<string, unknown>>
  /** Whoever decided it, when it was not found by a rule. */
  decidedBy?: string | null
}

/** A value of the evidence as text. */
const inWords = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value))

/** Method and confidence as a link-like button; the evidence opens beside it. */
export function EvidenceButton({ method, confidence, evidence, decidedBy }: Attribution) {
  const facts = Object.entries(evidence).map(([name, value]) => ({
    name: capitalize(humanize(name)),
    value: inWords(value),
  }))
  const sure = confidence === null ? '' : `, ${formatRatio(confidence)} sure`
  const label = decidedBy ? `decided by ${decidedBy}` : `by ${humanize(method)}${sure}`
  return (
    <Popover width={360} position="bottom-start" withinPortal trapFocus>
      <Popover.Target>
        <Anchor component="button" type="button" fz="sm" ta="left" lh={1.75}>
          {label}
        </Anchor>
      </Popover.Target>
      <Popover.Dropdown aria-label="Evidence">
        <Stack gap="xs">
          <Text fw={600}>Evidence</Text>
          {facts.length === 0 ? (
            <Text size="sm">Nothing beyond the method itself was recorded.</Text>
          ) : (
            <Facts rows={facts} />
          )}
        </Stack>
      </Popover.Dropdown>
    </Popover>
  )
}
