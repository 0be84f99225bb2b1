/** A text filter that goes into the address a moment after the last key, or at once on Enter. */
import { TextInput } from '@mantine/core'
import { IconSearch } from '@tabler/icons-react'
import { useEffect, useRef, useState } from 'react'

const restMs = 350

type SearchFieldProps = {
  label: string
  placeholder?: string
  value: string | undefined
  onChange: (value: string | undefined) => void
  w?: object | number
}

/** The field; what the address says wins over what was typed before. */
export function SearchField({ label, placeholder, value = '', onChange, w }: SearchFieldProps) {
  const [typed, setTyped] = useState(value)
  const said = useRef(value)
  useEffect(() => {
    if (value !== said.current) setTyped(value)
    said.current = value
  }, [value])
  const say = (next: string) => {
    if (next === said.current) return
    said.current = next
    onChange(next === '' ? undefined : next)
  }
  const later = useRef(say)
  later.current = say
  useEffect(() => {
    const timer = setTimeout(() => later.current(typed.trim()), restMs)
    return () => clearTimeout(timer)
  }, [typed])
  return (
    <TextInput
      type="search"
      label={label}
      placeholder={placeholder}
      w={w ?? { base: '100%', xs: 240 }}
      leftSection={<IconSearch size={16} stroke={1.6} />}
      value={typed}
      onChange={(event) => setTyped(event.currentTarget.value)}
      onKeyDown={(event) => {
        if (event.key === 'Enter') say(typed.trim())
      }}
    />
  )
}
