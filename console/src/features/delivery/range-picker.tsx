import { DatePicker, type DatesRangeValue } from '@mantine/dates'
import '@mantine/dates/styles.css'
import { useState } from 'react'
import { useTimeZone } from '~/ui/time.tsx'
import { todayIn } from './window.ts'

const labels = {
  previousMonth: 'Previous month',
  nextMonth: 'Next month',
  previousYear: 'Previous year',
  nextYear: 'Next year',
  previousDecade: 'Previous decade',
  nextDecade: 'Next decade',
}

type RangePickerProps = { value: DatesRangeValue<string>; onPick: (from: string, to: string) => void }

/** Two days of a calendar; picked when both are there. */
export function RangePicker({ value, onPick }: RangePickerProps) {
  const [range, setRange] = useState<DatesRangeValue<string>>(value)
  return (
    <DatePicker
      type="range"
      allowSingleDateInRange
      value={range}
      maxDate={todayIn(useTimeZone())}
      defaultDate={value[1] ?? undefined}
      firstDayOfWeek={1}
      weekendDays={[]}
      hideOutsideDates
      ariaLabels={labels}
      onChange={(next) => {
        setRange(next)
        if (next[0] && next[1]) onPick(next[0], next[1])
      }}
    />
  )
}
