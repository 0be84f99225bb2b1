/** A small square with the first letters of a name, to recognise it by. */
import { Avatar } from '@mantine/core'

const lettersOf = (name: string) =>
  name
    .split(/\s+/)
    .map((word) => word.charAt(0))
    .filter((letter) => /\p{L}|\p{N}/u.test(letter))
    .slice(0, 2)
    .join('')
    .toUpperCase()

/** Decoration: the name itself stands beside it. */
export const Initials = ({ name, round = false }: { name: string; round?: boolean }) => (
  <Avatar size={28} radius={round ? 'xl' : 'sm'} color="pine" variant="light" aria-hidden>
    {lettersOf(name) || '·'}
  </Avatar>
)
