/** The field for a new password: says while it is typed what is still missing. */
import { Text } from '@mantine/core'
import { maxPasswordCharacters, minPasswordCharacters } from '#modules/people/schemas.ts'
import { PasswordField } from './password-field.tsx'

/** People count characters as they see them. */
const lengthOf = (text: string) => [...new Intl.Segmenter().segment(text)].length

type NewPasswordProps = {
  label?: string
  value: string
  onChange: (event: { currentTarget: { value: string } }) => void
  error: string | undefined
  autoFocus?: boolean
}

/** How far it is with its length, and whether that is enough. */
function lengthState(password: string): { words: string; enough: boolean } {
  const length = lengthOf(password)
  const missing = minPasswordCharacters - length
  if (length === 0) return { words: `At least ${minPasswordCharacters} characters`, enough: false }
  if (missing > 0) return { words: `${missing} more ${missing === 1 ? 'character' : 'characters'}`, enough: false }
  if (length > maxPasswordCharacters)
    return { words: `${length - maxPasswordCharacters} characters too long`, enough: false }
  return { words: `${length} characters, long enough`, enough: true }
}

/** Any characters; pasting and password managers are welcome. */
export function NewPassword({ label = 'Password', ...input }: NewPasswordProps) {
  const { words, enough } = lengthState(input.value)
  return (
    <PasswordField
      label={label}
      description={
        <>
          <Text span inherit display="block" c={enough ? 'var(--dt-elite)' : undefined}>
            {words}
          </Text>
          Four unrelated words, or what a password manager makes
        </>
      }
      autoComplete="new-password"
      {...input}
    />
  )
}
