/** What was answered, question by question, and what people wrote. */
import { SimpleGrid, Stack, Text } from '@mantine/core'
import type { PulseReply } from '#modules/delivery/pulse/schemas.ts'
import { type Column, DataTable } from '~/ui/data-table.tsx'
import { formatDay, formatRatio } from '~/ui/format.ts'
import { Panel } from '~/ui/panel.tsx'
import { plotColumns } from './layout.ts'
import { formatScore } from './words.ts'

type Question = PulseReply['questions'][number]
const shownComments = 20

/** Both beside each other. */
export function AnswersPanels({ reply }: { reply: PulseReply }) {
  const hidden = reply.periods_hidden
  return (
    <SimpleGrid cols={plotColumns}>
      <Panel
        title="Questions"
        note={
          hidden === 0
            ? 'All periods of the window together'
            : `${hidden} of ${reply.periods_ended} periods had fewer than ${reply.least_answers} answers and are in no figure`
        }
      >
        {reply.questions.length === 0 ? (
          <Text c="dimmed">Nothing can be shown of this window.</Text>
        ) : (
          <DataTable
            bare
            caption="Questions"
            columns={columns}
            rows={reply.questions}
            rowKey={({ id }) => id}
            minWidth={300}
          />
        )}
      </Panel>
      <Panel title="Comments" note="In no order within a period, apart from the scores">
        {reply.comments.length === 0 ? (
          <Text c="dimmed">No comments.</Text>
        ) : (
          <Stack gap="sm">
            {reply.comments.slice(0, shownComments).map(({ comment, stream, ends_on: endsOn }, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: a comment has no identity, on purpose
              <div key={index}>
                <Text style={{ whiteSpace: 'pre-line', overflowWrap: 'anywhere' }}>{comment}</Text>
                <Text size="sm" c="dimmed">
                  {stream === 'all' ? '' : `${stream}, `}until {formatDay(endsOn, true)}
                </Text>
              </div>
            ))}
          </Stack>
        )}
      </Panel>
    </SimpleGrid>
  )
}

const columns: Column<Question>[] = [
  { id: 'text', header: 'Statement', cell: ({ text }) => text },
  { id: 'score', header: 'Score', align: 'right', cell: ({ score }) => formatScore(score) },
  { id: 'favourable', header: 'Favourable', align: 'right', cell: ({ favourable }) => formatRatio(favourable) },
  { id: 'n', header: 'Answers', align: 'right', phone: false, cell: ({ n }) => n },
]
