import { defineProblem } from '#kernel/errors/index.ts'

/** For good: trying again gets the same answer. */
export const refused = defineProblem({
  slug: 'notifications/refused',
  title: 'The other side refuses notifications of this channel',
  status: 502,
  remedy:
    'Read its answer: a token that was revoked, a channel that is gone or that the bot is not in. Mend the channel, try it with its test, then requeue what failed.',
})

export const notTaken = defineProblem({
  slug: 'notifications/not-taken',
  title: 'The other side did not take the notification',
  status: 502,
  retryable: true,
  remedy: 'It is tried again by itself. If it stays, the channel shows what was answered.',
})
