import { defineProblem } from '#kernel/errors/index.ts'

export const surveyOpen = defineProblem({
  slug: 'pulse/survey-open',
  title: 'This stream is asked already',
  status: 409,
  remedy: 'Change the open survey of the stream, or close it first.',
})

export const surveyClosed = defineProblem({
  slug: 'pulse/survey-closed',
  title: 'The survey is closed',
  status: 409,
  remedy: 'Make a new survey for the stream; the results of this one stay.',
})

export const linkOver = defineProblem({
  slug: 'pulse/link-over',
  title: 'This link asks nothing any more',
  status: 410,
  remedy: 'The period it was for has ended, or you are not asked any more. The next mail brings a new link.',
})

export const otherLink = defineProblem({
  slug: 'pulse/other-link',
  title: 'You answered through another link',
  status: 409,
  remedy: 'Open the link that you answered with, in the first mail or in the reminder, to change your answer.',
})
