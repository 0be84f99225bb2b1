/** The field for a new password: says while it is typed what is still missing. */
import { PasswordInput, Text } from '@mantine/core'
import { useId } from 'react'
import { maxPasswordCharacters, minPasswordCharacters } from '#modules/people/schemas.ts'

/** People count characters as they see them. */
const lengthOf = (text: string) => [...new Intl.Segmenter().segment(text)].length

type NewPasswordProps = {
  label?: string
  value: string
  onChange: (event: { currentTarget: { value: string } }) => void
  error: string | undefined
  autoFocus?: boolean
}

/** Any characters; pasting and password managers are welcome. */
export function NewPassword({ label = 'Password', error, ...input }: NewPasswordProps) {
  const id = useId()
  const length = lengthOf(input.value)
  const missing = minPasswordCharacters - length
  const state =
    length === 0
      ? `At least ${minPasswordCharacters} characters`
      : missing > 0
        ? `${missing} more ${missing === 1 ? 'character' : 'characters'}`
        : length > maxPasswordCharacters
          ? `${length - maxPasswordCharacters} characters too long`
          : `${length} characters, long enough`
  return (
    <div>
      <PasswordInput
        label={label}
        description="Four or more words that do not belong together, or what a password manager makes"
        required
        withAsterisk={false}
        autoComplete="new-password"
        error={error}
        {...input}
        aria-describedby={id}
        visibilityToggleButtonProps={{ 'aria-label': 'Show the password', tabIndex: 0 }}
      />
      <Text id={id} size="xs" mt={4} c={missing <= 0 && length <= maxPasswordCharacters ? 'var(--dt-elite)' : 'dimmed'}>
        {state}
      </Text>
    </div>
  )
}
