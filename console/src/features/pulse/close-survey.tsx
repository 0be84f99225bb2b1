/** Asks before a survey is closed; its results stay. */
import { useQueryClient } from '@tanstack/react-query'
import { surveyDetail } from '#modules/delivery/pulse/schemas.ts'
import { call } from '~/api/client.ts'
import { Confirm } from '~/ui/dialog.tsx'
import { useToast } from '~/ui/toast.tsx'
import { renewPulse, type Survey } from './queries.ts'
import { nameOf } from './surveys-panel.tsx'

/** The question; mounted while it is asked. */
export function CloseSurvey({ survey, onClose }: { survey: Survey; onClose: () => void }) {
  const queryClient = useQueryClient()
  const toast = useToast()
  return (
    <Confirm
      title={`Close the survey of ${nameOf(survey)}?`}
      question="No further period begins. One that is open runs to its end, and all results stay."
      action="Close the survey"
      onClose={onClose}
      onConfirm={async () => {
        await call(surveyDetail, `/pulse-surveys/${survey.id}/close`, { method: 'POST', body: {} })
        await renewPulse(queryClient)
        toast(`The survey of ${nameOf(survey)} is closed`)
      }}
    />
  )
}
