/** Nobody has an account yet: where the link is that makes the first administrator. */
import { Stack, Text } from '@mantine/core'
import { CopyLine } from '~/ui/copy.tsx'

/** The way, for whoever runs the instance. */
export const HowToSetUp = () => (
  <Stack gap="xs">
    <Text>The first start of daytwo prints a link that makes the first administrator.</Text>
    <Text>On the machine daytwo runs on, this prints a new one:</Text>
    <CopyLine value="bin/daytwo setup:url" label="command" />
  </Stack>
)
