/** The form of a page of who is not signed in: fields, what went wrong, one button as wide as they are. */
import { Button, Stack } from '@mantine/core'
import type { ReactNode } from 'react'
import type { FormState } from '~/ui/form.ts'
import { FormFailure } from '~/ui/form-failure.tsx'

type AuthFormProps = {
  form: FormState
  submitLabel: string
  children: ReactNode
  /** Below the button. */
  below?: ReactNode
}

/** Faults of fields are at the fields. */
export const AuthForm = ({ form, submitLabel, children, below }: AuthFormProps) => (
  <form onSubmit={(event) => void form.onSubmit(event)} noValidate>
    <Stack>
      {children}
      <FormFailure error={form.failure} />
      <Button type="submit" loading={form.busy} fullWidth>
        {submitLabel}
      </Button>
      {below}
    </Stack>
  </form>
)
