/** What every kind of channel can do: send a message, and try itself. */
import { Problem } from '#kernel/errors/index.ts'
import type { Message } from '../message.ts'
import { notTaken, refused } from '../problems.ts'
import type { Answered } from './outward.ts'

/** A channel with its secrets opened. */
export type Opened = {
  readonly id: string
  readonly tenantId: string
  readonly target: string
  readonly secret: Secrets
}
export type Secrets = {
  readonly token?: string
  readonly url?: string
  readonly routing_key?: string
  readonly secret?: string
}

/** What a step of a test got for an answer. */
export type Step = { readonly what: string; readonly answer: string }

export type Provider = {
  /**
   * Resolves with the other side's answer. Throws `notifications/refused` where trying again is in vain, `notifications/not-taken`
   * and the dial's problems where it is not, and `AskedToWait`.
   */
  send(channel: Opened, message: Message): Promise<string>
  /** Steps of a test, each told to `done` once it was answered; throws as `send` does. */
  test(channel: Opened, message: Message, done: (step: Step) => void): Promise<void>
}

/** The other side said when to come again; that is no failed attempt. */
export class AskedToWait extends Error {
  override name = 'asked-to-wait'
  readonly seconds: number
  constructor(seconds: number) {
    super(`The other side asks to wait ${seconds} s.`)
    this.seconds = seconds
  }
}

const shownAnswer = 300
const longestWaitSeconds = 3600
const usualWaitSeconds = 60

export const shorten = (text: string): string => text.trim().slice(0, shownAnswer)

/** Throws for what every HTTP answer means alike: 429, 503 with a time, 5xx. */
export function refuseUnready(who: string, { status, text, retryAfterSeconds }: Answered): void {
  if (status === 429 || (status === 503 && retryAfterSeconds !== null))
    throw new AskedToWait(Math.min(Math.max(retryAfterSeconds ?? usualWaitSeconds, 1), longestWaitSeconds))
  if (status >= 500) throw new Problem(notTaken, answered(who, status, text))
}

export const answered = (who: string, status: number, text: string): string =>
  shorten(`${who} answered ${status}${text === '' ? '' : `: ${text}`}`)

/** For good, for the other side says so. */
export const refusal = (detail: string): Problem => new Problem(refused, shorten(detail))
