/** The time as of which: a date and a time on the tenant's clock, taken when it is left or confirmed. */
import { Button, Group, TextInput } from '@mantine/core'
import { useEffect, useState } from 'react'
import { useTimeZone } from '~/ui/time.tsx'
import { fromLocal, toLocal } from '../as-of-time.ts'

type AsOfFieldProps = {
  value: string | undefined
  /** Bounds of what can be asked. */
  from: string
  until: string
  onChange: (asOf: string | undefined) => void
}

/** Hands back an instant, or undefined for now. */
export function AsOfField({ value, from, until, onChange }: AsOfFieldProps) {
  const timeZone = useTimeZone()
  const shown = value === undefined ? '' : toLocal(value, timeZone)
  const [text, setText] = useState(shown)
  useEffect(() => setText(shown), [shown])
  const take = () => {
    if (text === shown) return
    if (text === '') return onChange(undefined)
    const asked = fromLocal(text, timeZone)
    const [least, most] = [Date.parse(from), Date.parse(until)]
    onChange(new Date(Math.min(most, Math.max(least, Date.parse(asked)))).toISOString())
  }
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        take()
      }}
    >
      <Group align="flex-end" gap="xs">
        <TextInput
          type="datetime-local"
          label="As known at"
          value={text}
          min={toLocal(from, timeZone)}
          max={toLocal(until, timeZone)}
          onChange={(event) => setText(event.currentTarget.value)}
          w={{ base: '100%', xs: 230 }}
        />
        <Button type="submit" variant="default">
          Show
        </Button>
      </Group>
    </form>
  )
}
