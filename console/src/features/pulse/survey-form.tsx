/** Make or change a survey. */
import { Checkbox, NativeSelect, NumberInput, SegmentedControl, Stack, Switch, TagsInput, Text } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import {
  type Cadence,
  cadences,
  leastAnswers,
  type QuestionId,
  questionIds,
  questionTexts,
  surveyDetail,
} from '#modules/delivery/pulse/schemas.ts'
import { call } from '~/api/client.ts'
import { streamsQuery } from '~/features/delivery/queries.ts'
import { FormDialog } from '~/ui/dialog.tsx'
import { Field } from '~/ui/field.tsx'
import { useForm } from '~/ui/form.ts'
import { useToast } from '~/ui/toast.tsx'
import { renewPulse, type Survey, type SurveyDetail } from './queries.ts'
import { nameOf } from './surveys-panel.tsx'

type SurveyFormProps = {
  /** The survey to change; without it, a new one. */
  survey: SurveyDetail | undefined
  surveys: readonly Survey[]
  onClose: () => void
}

const cadenceLabels: Record<Cadence, string> = { weekly: 'Week', biweekly: 'Two weeks', monthly: 'Month' }

/** The form in a dialog; mounted while it is open. */
export function SurveyForm({ survey, surveys, onClose }: SurveyFormProps) {
  const queryClient = useQueryClient()
  const toast = useToast()
  const streams = useQuery(streamsQuery).data?.streams ?? []
  const asked = new Set(surveys.filter(({ closed_at: closed }) => closed === null).map(({ stream }) => stream))
  const free = [{ id: 'all', name: 'Everything' }, ...streams].filter(({ id }) => !asked.has(id))
  const form = useForm({
    initial: {
      stream: survey?.stream ?? free[0]?.id ?? 'all',
      cadence: survey?.cadence ?? ('monthly' as Cadence),
      addresses: survey?.addresses ?? ([] as string[]),
      team_size: (survey?.team_size ?? '') as number | '',
      questions: survey?.questions ?? ([...questionIds] as QuestionId[]),
      comments: survey?.comments ?? true,
    },
    submit: async ({ stream, cadence, questions, team_size: size, ...rest }) => {
      const body = {
        ...rest,
        team_size: size === '' ? null : size,
        questions: questionIds.filter((id) => questions.includes(id)),
      }
      if (survey) await call(surveyDetail, `/pulse-surveys/${survey.id}`, { method: 'PATCH', body })
      else await call(surveyDetail, '/pulse-surveys', { method: 'POST', body: { ...body, stream, cadence } })
      await renewPulse(queryClient)
      toast(
        survey ? `The survey of ${nameOf(survey)} is changed` : 'The survey is made; people are asked within the hour',
      )
      onClose()
    },
  })
  const { values, set } = form
  return (
    <FormDialog
      title={survey ? `Change the survey of ${nameOf(survey)}` : 'New survey'}
      onClose={onClose}
      form={form}
      submitLabel={survey ? 'Save' : 'Make the survey'}
    >
      {survey ? null : (
        <>
          <NativeSelect
            label="Stream"
            description="Whom it is about"
            data={free.map(({ id, name }) => ({ value: id, label: name }))}
            value={values.stream}
            onChange={(event) => set('stream', event.currentTarget.value)}
            error={form.error('stream')}
          />
          <Field label="A period is a" error={form.error('cadence')}>
            <SegmentedControl
              fullWidth
              aria-label="A period is a"
              data={cadences.map((value) => ({ value, label: cadenceLabels[value] }))}
              value={values.cadence}
              onChange={(cadence) => set('cadence', cadence as Cadence)}
            />
          </Field>
        </>
      )}
      <TagsInput
        label="Who is asked"
        description={`E-mail addresses, at least ${leastAnswers}; a list can be pasted`}
        required
        data-autofocus
        value={values.addresses}
        onChange={(list) => set('addresses', list)}
        splitChars={[',', ';', ' ', '\n']}
        maxTags={500}
        error={form.error('addresses')}
        acceptValueOnBlur
        clearable
      />
      <NumberInput
        label="Team size"
        description="The response rate is measured against it; left empty, against those who were asked"
        min={1}
        max={100_000}
        allowDecimal={false}
        value={values.team_size}
        onChange={(size) => set('team_size', size === '' ? '' : Number(size))}
        error={form.error('team_size')}
      />
      <Checkbox.Group
        label="Statements"
        description={
          survey ? 'Three to five; they count from the next period on' : 'Three to five, each answered from 1 to 5'
        }
        value={values.questions}
        onChange={(questions) => set('questions', questions as QuestionId[])}
        error={form.error('questions')}
      >
        <Stack gap={6} mt={6}>
          {questionIds.map((id) => (
            <Checkbox key={id} value={id} label={questionTexts[id]} />
          ))}
        </Stack>
      </Checkbox.Group>
      <Switch
        label="Room for a comment"
        checked={values.comments}
        onChange={(event) => set('comments', event.currentTarget.checked)}
      />
      <Text size="sm" c="dimmed">
        Everybody gets a mail with links of their own, and one reminder. Nobody, you included, can see who answered
        what.
      </Text>
    </FormDialog>
  )
}
