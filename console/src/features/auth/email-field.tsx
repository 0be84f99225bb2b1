/** The field for an e-mail address: nothing corrects what is typed. */
import { TextInput, type TextInputProps } from '@mantine/core'

/** `autoComplete` says whether it is somebody's name here or an address to write to. */
export const EmailField = (field: TextInputProps & { autoComplete: string }) => (
  <TextInput label="E-mail address" type="email" autoCapitalize="none" spellCheck={false} {...field} />
)
