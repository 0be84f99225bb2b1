/** What else would prove it, beside the way that is shown: buttons that look like links. */
import { Anchor } from '@mantine/core'

type OtherProofsProps<Way extends string> = {
  ways: readonly Way[]
  shown: Way | undefined
  labels: Readonly<Record<Way, string>>
  onChoose: (way: Way) => void
}

export const OtherProofs = <Way extends string>({ ways, shown, labels, onChoose }: OtherProofsProps<Way>) =>
  ways
    .filter((way) => way !== shown)
    .map((way) => (
      <Anchor key={way} component="button" type="button" inherit onClick={() => onChoose(way)}>
        {labels[way]}
      </Anchor>
    ))
