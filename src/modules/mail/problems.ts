import { defineProblem } from '#kernel/errors/index.ts'

export const notSendable = defineProblem({
  slug: 'mail/not-sendable',
  title: 'This cannot be put into a mail',
  status: 422,
  remedy: 'Give one plain e-mail address and texts without line breaks or web addresses.',
})

export const noMailServer = defineProblem({
  slug: 'mail/no-server',
  title: 'This instance sends no mail',
  status: 409,
  remedy: 'Configure SMTP_URL (or SMTP_HOST) and SMTP_FROM, restart, and send the mail again.',
})

export const alreadySent = defineProblem({
  slug: 'mail/already-sent',
  title: 'The mail was sent and its text erased',
  status: 409,
  remedy: 'Do again what caused it: invite again, or ask for a new link.',
})

export const stillWaiting = defineProblem({
  slug: 'mail/still-waiting',
  title: 'The mail is about to be sent',
  status: 409,
  remedy: 'Wait for `due_at`; it is tried by itself.',
})

/** The server said no for good (5xx): a dead letter at once. */
export const refusedForGood = defineProblem({
  slug: 'mail/refused',
  title: 'The mail server refused the mail',
  status: 502,
  remedy: 'Read what the server answered: usually the address does not exist, or the sender is not one it sends for.',
})

/** The server said not now, did not answer, or does not let us in. */
export const notTaken = defineProblem({
  slug: 'mail/not-taken',
  title: 'The mail server did not take the mail',
  status: 502,
  retryable: true,
  remedy: 'It is tried again by itself. "daytwo doctor" tells whether the mail server can be reached and lets us in.',
})
