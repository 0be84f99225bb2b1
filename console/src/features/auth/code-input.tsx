/** Six digits of an authenticator app: one field, so that pasting and the phone's own suggestion work. */
import { TextInput } from '@mantine/core'

type CodeInputProps = {
  label: string
  value: string
  onChange: (code: string) => void
  /** Called with the sixth digit. */
  onComplete?: ((code: string) => void) | undefined
  error?: string | undefined
}

/** Takes digits only. */
export const CodeInput = ({ label, value, onChange, onComplete, error }: CodeInputProps) => (
  <TextInput
    label={label}
    inputMode="numeric"
    autoComplete="one-time-code"
    autoFocus
    data-autofocus
    maxLength={7}
    value={value}
    error={error}
    styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)', letterSpacing: '0.3em', fontSize: 20 } }}
    onChange={(event) => {
      const digits = event.currentTarget.value.replaceAll(/\D/g, '').slice(0, 6)
      onChange(digits)
      if (digits.length === 6 && value.length < 6) onComplete?.(digits)
    }}
  />
)
