/** `/answer#token=…`: what a mail of a pulse survey opens. Without a session, and nothing is recorded before the button. */
import { Button, SegmentedControl, Skeleton, Stack, Text, Textarea } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { z } from 'zod'
import { longestComment, pulsePaper, pulseThanks } from '#modules/delivery/pulse/schemas.ts'
import { call } from '~/api/client.ts'
import { ApiProblem } from '~/api/failure.ts'
import { AuthFailure } from '~/features/auth/auth-failure.tsx'
import { AuthFrame } from '~/features/auth/auth-frame.tsx'
import { Done } from '~/features/auth/done.tsx'
import { forgetLinkToken, useLinkToken } from '~/features/auth/link-token.ts'
import { useForm } from '~/ui/form.ts'
import { FormFailure } from '~/ui/form-failure.tsx'
import { formatDay } from '~/ui/format.ts'

type Paper = z.output<typeof pulsePaper>
const title = 'How is work going?'
const scores = ['1', '2', '3', '4', '5']

/** The answer that was chosen in the mail, for the first question. */
const chosen = (): string => {
  const score = new URLSearchParams(globalThis.location.hash.slice(1)).get('score') ?? ''
  return scores.includes(score) ? score : ''
}

/** The page. */
export function AnswerPage() {
  const token = useLinkToken()
  const [until, setUntil] = useState<string | null>(null)
  const paper = useQuery({
    queryKey: ['pulse-paper', token],
    queryFn: ({ signal }) => call(pulsePaper, '/pulse/invitation', { method: 'POST', body: { token }, signal }),
    enabled: token !== null && until === null,
    retry: false,
    staleTime: Number.POSITIVE_INFINITY,
  })
  if (until !== null)
    return (
      <Done title="Thank you">
        Your answer is recorded without your name or address. Until {formatDay(until, true)} you can change it with the
        link that you used; the results are shown after that.
      </Done>
    )
  if (token === null)
    return (
      <AuthFrame
        title="This link is not whole"
        lead="Open the link of the mail again; a part of it was lost on the way."
      />
    )
  if (paper.error instanceof ApiProblem && paper.error.body.status === 410)
    return (
      <Done title="Nothing is asked here any more">
        The days for this answer are over, or you are not asked any more. The next mail brings a new link.
      </Done>
    )
  if (paper.error)
    return (
      <AuthFrame title={title}>
        <AuthFailure error={paper.error} onRetry={() => void paper.refetch()} />
      </AuthFrame>
    )
  if (!paper.data)
    return (
      <AuthFrame title={title}>
        <Skeleton height={520} aria-busy role="status" aria-label="Loading" />
      </AuthFrame>
    )
  return (
    <AuthFrame
      title={title}
      lead={<Lead paper={paper.data} />}
      below={
        <>
          Answers are kept without your name or address. Fewer than {paper.data.least_answers} are not shown to anybody,
          and each single one is deleted when the period ends.
        </>
      }
    >
      <Questions token={token} paper={paper.data} onRecorded={setUntil} />
    </AuthFrame>
  )
}

const Lead = ({ paper: { organisation, stream, asked, ends_on: endsOn } }: { paper: Paper }) => (
  <>
    {stream === '' ? organisation : `${stream} (${organisation})`} asks {asked} people, until {formatDay(endsOn, true)}.
  </>
)

type QuestionsProps = { token: string; paper: Paper; onRecorded: (until: string) => void }

function Questions({ token, paper, onRecorded }: QuestionsProps) {
  const form = useForm({
    initial: { scores: { [paper.questions[0]!.id]: chosen() } as Record<string, string>, comment: '' },
    submit: async ({ scores: given, comment }) => {
      const answered = Object.entries(given).filter(([, score]) => score !== '')
      const body = {
        token,
        scores: Object.fromEntries(answered.map(([id, score]) => [id, Number(score)])),
        ...(comment.trim() === '' ? {} : { comment }),
      }
      const { ends_on: endsOn } = await call(pulseThanks, '/pulse/answer', { method: 'POST', body })
      forgetLinkToken()
      onRecorded(endsOn)
    },
  })
  const nothing = Object.values(form.values.scores).every((score) => score === '')
  return (
    <form onSubmit={(event) => void form.onSubmit(event)} noValidate>
      <Stack gap="lg">
        {paper.answered ? <Text>You have answered already; sending again replaces that answer.</Text> : null}
        <Text size="sm" c="dimmed">
          From 1, not at all, to 5, wholly. Leave out what you do not want to answer.
        </Text>
        {paper.questions.map(({ id, text }) => (
          <Stack key={id} gap={6} role="group" aria-label={text}>
            <Text fw={500} aria-hidden>
              {text}
            </Text>
            <SegmentedControl
              fullWidth
              size="md"
              aria-label={text}
              data={scores}
              value={form.values.scores[id] ?? ''}
              onChange={(score) => form.set('scores', { ...form.values.scores, [id]: score })}
            />
          </Stack>
        ))}
        {paper.comments ? (
          <Textarea
            label="Anything else?"
            description="Shown as you write it: name nobody, and nothing that only you know"
            autosize
            minRows={2}
            maxRows={8}
            maxLength={longestComment}
            {...form.text('comment')}
          />
        ) : null}
        <FormFailure error={form.failure} />
        <Button type="submit" loading={form.busy} disabled={nothing} fullWidth size="md">
          Send my answer
        </Button>
      </Stack>
    </form>
  )
}
