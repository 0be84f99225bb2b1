/** The end of a keyset-paged list: more, or how many there were. */
import { Button, Group, Text } from '@mantine/core'

type LoadMoreProps = {
  shown: number
  noun: string
  query: { hasNextPage: boolean; isFetchingNextPage: boolean; fetchNextPage: () => unknown }
}

const oneOf = (noun: string) => (noun === 'people' ? 'person' : noun.replace(/ies$/, 'y').replace(/s$/, ''))

/** Loads the next page below the rows that are there. */
export function LoadMore({ shown, noun, query }: LoadMoreProps) {
  return (
    <Group justify="space-between" mt="sm">
      <Text size="sm" c="dimmed" role="status">
        {shown} {shown === 1 ? oneOf(noun) : noun} shown{query.hasNextPage ? '' : ', that is all'}
      </Text>
      {query.hasNextPage ? (
        <Button variant="default" loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
          Load more
        </Button>
      ) : null}
    </Group>
  )
}
