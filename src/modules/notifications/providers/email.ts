/** E-mail: over the mail server of this instance, with a Message-ID that is the same at every attempt. */
import type { MailPort } from '#modules/mail/index.ts'
import { letter } from '#modules/mail/index.ts'
import { type Message, titleOf } from '../message.ts'
import type { Opened, Provider } from './provider.ts'

/** Mail of daytwo leads to this instance only, so addresses in texts from elsewhere are written so that nothing makes links of them. */
const unlinked = (text: string) => text.replaceAll('://', '[:]//')

const longestSubject = 200
const longestDetail = 10_000

export function email(mail: Pick<MailPort, 'deliver' | 'link'>): Provider {
  function send({ target }: Opened, message: Message) {
    const { alert, key, writtenAt } = message
    const title = unlinked(titleOf(message))
    const times = alert.resolvedAt
      ? `Raised ${alert.raisedAt.toISOString()}, resolved ${alert.resolvedAt.toISOString()}.`
      : `Raised ${alert.raisedAt.toISOString()}.`
    return mail.deliver({
      to: target,
      subject: title.slice(0, longestSubject),
      text: letter({
        title,
        lines: [
          unlinked(alert.detail.replaceAll('\0', '').slice(0, longestDetail)),
          times,
          `Condition ${alert.condition}, severity ${alert.severity}.`,
        ],
        action: { label: 'Look at it', url: mail.link(`/alerts/${alert.id}`) },
        footer: 'Who is told of what is set in daytwo under Notifications. Nobody reads replies.',
      }),
      purpose: 'alert',
      messageId: key,
      writtenAt,
    })
  }
  return {
    send,
    async test(channel, message, done) {
      done({ what: 'SMTP', answer: await send(channel, message) })
    },
  }
}
