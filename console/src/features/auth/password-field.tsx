/** The field for a password: can be shown by keyboard too, and says when it is what is wrong. */
import { PasswordInput, type PasswordInputProps } from '@mantine/core'

/** Mantine's, with what it leaves out: a toggle that Tab reaches, and `aria-invalid`. */
export const PasswordField = (field: PasswordInputProps) => (
  <PasswordInput
    required
    withAsterisk={false}
    aria-invalid={field.error ? true : undefined}
    visibilityToggleButtonProps={{ 'aria-label': 'Show the password', tabIndex: 0 }}
    {...field}
  />
)
