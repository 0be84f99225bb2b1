/** The one form pattern: values, a submit that calls the API, and faults shown at the field they point to. */
import { type FormEvent, useState } from 'react'
import { ApiProblem } from '~/api/failure.ts'

type Options<Values> = {
  initial: Values
  submit: (values: Values) => Promise<unknown>
  /** Which field a pointer such as `#/sources/0/value` belongs to; by default the pointer's first word. */
  fieldOf?: (pointer: string, values: Values) => string
}

/** What a dialog needs to know of the form it shows. */
export type FormState = {
  busy: boolean
  onSubmit: (event?: FormEvent) => Promise<void>
  /** What went wrong beyond the fields of the form, or null. */
  failure: unknown
}

const isEmpty = (value: unknown) => value === '' || (Array.isArray(value) && value.length === 0)

const firstWord = (pointer: string) => pointer.replace(/^#?\/?/, '').split('/')[0] ?? ''

/** State of a form; spread `field('name')` into a Mantine input. */
export function useForm<Values extends Record<string, unknown>>({ initial, submit, fieldOf }: Options<Values>) {
  const [values, setValues] = useState(initial)
  const [error, setError] = useState<unknown>(null)
  const [busy, setBusy] = useState(false)
  const faults = faultsOf(error, (pointer) => (fieldOf ? fieldOf(pointer, values) : firstWord(pointer)))
  const set = <Name extends keyof Values>(name: Name, value: Values[Name]) =>
    setValues((all) => ({ ...all, [name]: value }))

  /** The server's words, but for what was simply left empty. */
  const faultOf = (name: keyof Values & string): string | undefined =>
    faults[name] !== undefined && isEmpty(values[name]) ? 'This is needed.' : faults[name]

  async function onSubmit(event?: FormEvent) {
    event?.preventDefault()
    setBusy(true)
    setError(null)
    try {
      await submit(values)
    } catch (failure) {
      setError(failure)
    } finally {
      setBusy(false)
    }
  }
  return {
    values,
    set,
    busy,
    onSubmit,
    /** What went wrong beyond the fields of this form, or null. */
    failure: error !== null && !Object.keys(faults).some((name) => name in initial) ? error : null,
    error: faultOf,
    text: (name: keyof Values & string) => ({
      value: String(values[name] ?? ''),
      onChange: (event: { currentTarget: { value: string } }) =>
        set(name, event.currentTarget.value as Values[typeof name]),
      error: faultOf(name),
    }),
  }
}

function faultsOf(error: unknown, field: (pointer: string) => string): Record<string, string> {
  if (!(error instanceof ApiProblem)) return {}
  const faults: Record<string, string> = {}
  for (const { pointer, detail } of error.body.errors) faults[field(pointer)] ??= detail
  return faults
}
