/** Which stream: everything, a delivery stream or a tech stream. */
import { NativeSelect } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { streamsQuery } from './queries.ts'

type Scope = { stream?: string | undefined; tech_stream?: string | undefined }

/** A select of all streams; hands back both keys of the address, at most one of them set. */
export function ScopeFilter({ value, onChange }: { value: Scope; onChange: (scope: Scope) => void }) {
  const { data } = useQuery(streamsQuery)
  const current = value.stream ? `stream:${value.stream}` : value.tech_stream ? `tech:${value.tech_stream}` : 'all'
  const optionsOf = (kind: 'delivery' | 'tech') =>
    (data?.streams ?? [])
      .filter((stream) => stream.kind === kind)
      .map(({ id, name }) => ({ value: `${kind === 'tech' ? 'tech' : 'stream'}:${id}`, label: name }))
  const groups = [
    { group: 'Delivery streams', items: optionsOf('delivery') },
    { group: 'Tech streams', items: optionsOf('tech') },
  ].filter(({ items }) => items.length > 0)
  // A stream named in the address that is not (yet) in the list keeps its place.
  const known = current === 'all' || groups.some(({ items }) => items.some((item) => item.value === current))
  const unknown = known ? [] : [{ value: current, label: value.stream ?? value.tech_stream ?? '' }]
  return (
    <NativeSelect
      label="Stream"
      data={[{ value: 'all', label: 'All streams' }, ...unknown, ...groups]}
      value={current}
      onChange={(event) => onChange(toScope(event.currentTarget.value))}
      w={{ base: '100%', xs: 220 }}
    />
  )
}

function toScope(value: string): Scope {
  const [kind, ...id] = value.split(':')
  if (kind === 'stream') return { stream: id.join(':'), tech_stream: undefined }
  if (kind === 'tech') return { stream: undefined, tech_stream: id.join(':') }
  return { stream: undefined, tech_stream: undefined }
}
