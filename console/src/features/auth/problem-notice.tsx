/** Why the server sent the browser back to sign-in: the problem's title and remedy. */
import { Alert } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { z } from 'zod'

const explained = z.object({ title: z.string(), remedy: z.string() })

async function explain(slug: string, signal: AbortSignal) {
  const reply = await fetch(`/problems/${slug}`, { headers: { accept: 'application/json' }, signal })
  return explained.parse(await reply.json())
}

/** Takes its room at once, so that nothing moves when the words arrive. */
export function ProblemNotice({ slug }: { slug: string }) {
  const known = /^[a-z0-9-]+(\/[a-z0-9-]+)?$/.test(slug)
  const { data } = useQuery({
    queryKey: ['problem', slug],
    queryFn: ({ signal }) => explain(slug, signal),
    enabled: known,
    retry: false,
  })
  return (
    <Alert color="red" variant="light" role="alert" title={data?.title ?? 'Signing in did not work'} mih={96}>
      {data?.remedy ?? 'Try again, or take another way in.'}
    </Alert>
  )
}
