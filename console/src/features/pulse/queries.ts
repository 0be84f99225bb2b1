/** The pulse page's requests. */
import { keepPreviousData, type QueryClient, queryOptions } from '@tanstack/react-query'
import type { z } from 'zod'
import { pulseReply, surveyDetail, surveyList, type surveyReply } from '#modules/delivery/pulse/schemas.ts'
import { call, type Query } from '~/api/client.ts'

export type Survey = z.output<typeof surveyReply>
export type SurveyDetail = z.output<typeof surveyDetail>

/** How often the number of answers of an open period is asked for again. */
const liveMs = 60_000

export const pulseQuery = (query: Query) =>
  queryOptions({
    queryKey: ['pulse', query],
    queryFn: ({ signal }) => call(pulseReply, '/metrics/pulse', { query, signal }),
    refetchInterval: liveMs,
    placeholderData: keepPreviousData,
  })

export const surveysQuery = queryOptions({
  queryKey: ['pulse-surveys'],
  queryFn: ({ signal }) => call(surveyList, '/pulse-surveys', { signal }),
  refetchInterval: liveMs,
})

/** One survey with whom it asks. */
export const surveyQuery = (id: string) =>
  queryOptions({
    queryKey: ['pulse-surveys', id],
    queryFn: ({ signal }) => call(surveyDetail, `/pulse-surveys/${id}`, { signal }),
  })

/** After a survey was made, changed or closed. */
export async function renewPulse(queryClient: QueryClient): Promise<void> {
  await Promise.all(['pulse', 'pulse-surveys'].map((name) => queryClient.invalidateQueries({ queryKey: [name] })))
}
