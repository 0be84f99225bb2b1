/** A repository that the list does not show: private ones need no further right when they are named. */
import { Button, Group, TextInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { repositoryShape } from '#modules/repositories/schemas.ts'
import type { Repository } from './queries.ts'

type NamedRepositoryProps = {
  known: readonly Repository[]
  seesPrivate: boolean
  onAdd: (repository: Repository) => void
}

/** Puts it on top of the list, where it is chosen like the others. */
export function NamedRepository({ known, seesPrivate, onAdd }: NamedRepositoryProps) {
  const [name, setName] = useState('')
  const [error, setError] = useState<string | null>(null)
  const add = (event: FormEvent) => {
    event.preventDefault()
    const repository = name
      .trim()
      .replace(/^https:\/\/[^/]+\//, '')
      .replace(/(\.git)?\/?$/, '')
    if (!repositoryShape.test(repository)) return setError('Owner and name, such as acme/shop')
    if (known.some((one) => one.repository.toLowerCase() === repository.toLowerCase()))
      return setError('It is in the list already')
    onAdd({ repository, private: !seesPrivate, archived: false, administered: true, connected: false })
    setName('')
    setError(null)
  }
  return (
    <form onSubmit={add} noValidate>
      <Group align="flex-start" gap="xs">
        <TextInput
          label="Not in the list?"
          placeholder="owner/name"
          description={seesPrivate ? 'Name it' : 'Name a private repository'}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          error={error}
          w={{ base: '100%', xs: 280 }}
        />
        <Button type="submit" variant="default" mt={{ base: 0, xs: 46 }}>
          Add to the list
        </Button>
      </Group>
    </form>
  )
}
