/** What went wrong, in place: apart from the dialogs, so that pages without one load none. */
import { Alert, Anchor } from '@mantine/core'
import { ApiProblem } from '~/api/failure.ts'

/** A failure inside a form: title, detail, remedy. Nothing when there is none. */
export function FormFailure({ error }: { error: unknown }) {
  if (!error) return null
  const problem = error instanceof ApiProblem ? error.body : null
  return (
    <Alert color="red" variant="light" role="alert" title={problem?.title ?? 'That did not work'}>
      {problem?.detail ?? (error instanceof Error ? error.message : String(error))}{' '}
      {problem ? (
        <Anchor href={problem.type} inherit underline="always">
          What to do about it
        </Anchor>
      ) : null}
    </Alert>
  )
}
