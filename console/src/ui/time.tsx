/** A moment: relative to read, absolute (tenant's time zone) on hover and for assistive technology. */
import { Text } from '@mantine/core'
import { createContext, useContext } from 'react'
import { formatDay, formatMoment, formatRelative } from './format.ts'

/** The tenant's time zone, given once by the session. */
export const TimeZoneContext = createContext('UTC')

/** The tenant's time zone: all days and times in the console are told in it. */
export const useTimeZone = (): string => useContext(TimeZoneContext)

/** `3 hr. ago` with the exact moment as its title; `absolute` turns that around. A dash for null. */
export function Moment({ value, absolute = false }: { value: string | null; absolute?: boolean }) {
  const timeZone = useTimeZone()
  if (value === null)
    return (
      <Text span inherit c="dimmed">
        –
      </Text>
    )
  const exact = formatMoment(value, timeZone)
  const near = formatRelative(value, Date.now())
  return (
    <time dateTime={value} title={absolute ? near : `${exact} (${timeZone})`}>
      {absolute ? exact : near}
    </time>
  )
}

/** A day of the tenant's time zone, with its year. */
export const Day = ({ value }: { value: string }) => <time dateTime={value}>{formatDay(value, true)}</time>
