/** A request of a page outside the console failed: why, and once more. */
import { Button, Stack } from '@mantine/core'
import { FormFailure } from '~/ui/form-failure.tsx'

/** In place of what could not be loaded; `onRetry` where asking again may help. */
export const AuthFailure = ({ error, onRetry }: { error: unknown; onRetry?: () => void }) => (
  <Stack>
    <FormFailure error={error} />
    {onRetry ? (
      <Button variant="default" onClick={onRetry}>
        Try again
      </Button>
    ) : null}
  </Stack>
)
