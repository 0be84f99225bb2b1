/** What people get: the question, its five answers as links, and what becomes of the answer. */
import { letter, type MailPort } from '#modules/mail/index.ts'
import type { PeriodRow } from './period-queries.ts'
import { leastAnswers, questionTexts } from './schemas.ts'

/** Names that people chose, as one line and without an address: nobody puts a link of their own into our mail. */
const line = (text: string) =>
  text
    .replaceAll(/[\s\p{C}]+/gu, ' ')
    .replaceAll('://', ' ')
    .trim()

const answers = ['5 – wholly', '4 – mostly', '3 – partly', '2 – hardly', '1 – not at all']

export function pulseMail(mail: MailPort, period: PeriodRow, token: string, kind: 'invitation' | 'reminder') {
  const [first] = period.questions
  const subject = kind === 'invitation' ? 'How is work going? A minute, anonymously' : 'Still open: how is work going?'
  const whom =
    period.streamName === null ? line(period.organisation) : line(`${period.streamName} (${period.organisation})`)
  // Behind the fragment's sign, where no server, proxy or log sees it; it is only marked on the page, and recorded by its button.
  const links = answers.map((answer) => `${answer}\n${mail.link('/answer', token)}&score=${answer[0]}`)
  const text = letter({
    title: kind === 'invitation' ? 'How is work going?' : 'There is still time to say how work is going',
    lines: [
      `${whom} asks ${period.questions.length} short questions, until ${period.endsOn}. This is the first; choose what fits:`,
      `“${questionTexts[first!]}”`,
      ...links,
      `Nobody sees who answered what. Results are shown when the period is over, and only if at least ${leastAnswers} people answered; then what each person said is deleted.`,
    ],
    footer:
      kind === 'invitation'
        ? 'The links are yours: please do not pass this mail on. You can answer again until the last day; the newest answer counts.'
        : 'The links are yours: please do not pass this mail on. This is the only reminder.',
  })
  return { subject, text, purpose: kind === 'invitation' ? 'pulse' : 'pulse-reminder' }
}
