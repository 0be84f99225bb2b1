/** Hands one mail to the mail server, over a socket of the dial. */
import type { createTransport as CreateTransport } from 'nodemailer'
import type { Dial } from '#kernel/dial/index.ts'
import { Problem } from '#kernel/errors/index.ts'
import { notTaken, refusedForGood } from './problems.ts'
import { type MailServer, readCa } from './server.ts'

export type Outgoing = {
  readonly from: string
  readonly to: string
  readonly subject: string
  readonly text: string
  /** With its angle brackets. */
  readonly messageId: string
  readonly date: Date
}

const policy = { name: 'mail' }
const connectMs = 10_000
/** For everything after the connection; shorter than what the worker gives a row. */
const conversationMs = 15_000
const shownAnswer = 500

export type Transport = {
  /** Resolves with what the server answered. Throws `mail/refused` for good, `mail/not-taken` to be tried again. */
  deliver(mail: Outgoing): Promise<string>
  /** Connects, agrees on TLS and signs in, and nothing more. */
  verify(): Promise<void>
}

export function smtpTransport(dial: Dial, server: MailServer): Transport {
  async function within<T>(work: (transporter: ReturnType<typeof open>) => Promise<T>): Promise<T> {
    // Before the connection is there, which would have nobody who listens to it meanwhile.
    const { createTransport } = await import('nodemailer')
    const socket = await dial.connect({
      policy,
      host: server.host,
      port: server.port,
      tls: server.secure,
      ca: readCa(server),
      timeoutMs: connectMs,
    })
    // Ends whatever still goes on: a mail must not be taken after its attempt was given up.
    const timer = setTimeout(() => socket.destroy(new Error('The mail server takes too long.')), conversationMs)
    const transporter = open(createTransport, server, socket)
    try {
      return await Promise.race([work(transporter), broken(socket)])
    } catch (error) {
      throw toProblem(error)
    } finally {
      clearTimeout(timer)
      transporter.close()
      socket.destroy()
    }
  }
  return {
    deliver: (mail) =>
      within(async (transporter) => {
        const { response } = await transporter.sendMail({ ...mail, disableFileAccess: true, disableUrlAccess: true })
        return response.slice(0, shownAnswer)
      }),
    verify: () => within(async (transporter) => void (await transporter.verify())),
  }
}

/** Plain text is for the machine's own server only: nothing but this machine sees it. */
export const mayBePlain = (remoteAddress: string | undefined): boolean =>
  /^(127\.|::1$|::ffff:127\.)/.test(remoteAddress ?? '')

type Socket = Awaited<ReturnType<Dial['connect']>>

/** Rejects when the socket breaks: what happens to it before the library listens, the library would wait for in vain. */
function broken(socket: Socket): Promise<never> {
  const { promise, reject } = Promise.withResolvers<never>()
  socket.once('error', reject)
  if (socket.destroyed) reject(socket.errored ?? new Error('The connection broke.'))
  return promise
}

function open(createTransport: typeof CreateTransport, server: MailServer, socket: Socket) {
  const { host, port, secure, user, password } = server
  const ca = readCa(server)
  return createTransport({
    host,
    port,
    secure,
    connection: socket,
    secured: secure,
    requireTLS: !secure && !mayBePlain(socket.remoteAddress),
    tls: { ...(ca === undefined ? {} : { ca }), rejectUnauthorized: true },
    ...(user === undefined ? {} : { auth: { user, pass: password ?? '' } }),
    greetingTimeout: connectMs,
    socketTimeout: conversationMs,
    disableFileAccess: true,
    disableUrlAccess: true,
  })
}

/** Only a no to this very mail is for good; one to our name or password is the configuration's, and may be mended. */
function toProblem(error: unknown): Problem {
  if (error instanceof Problem) return error
  const { code, responseCode, response, message } = error as Error & {
    code?: string
    responseCode?: number
    response?: string
  }
  const said = typeof response === 'string' && response !== '' ? `The mail server answered: ${response}` : undefined
  const aboutMail = code === 'EENVELOPE' || code === 'EMESSAGE'
  if (aboutMail && responseCode !== undefined && responseCode >= 500)
    return new Problem(refusedForGood, (said ?? 'The mail server refused it.').slice(0, shownAnswer), { cause: error })
  const detail = said ?? `The conversation with the mail server failed: ${message}`
  return new Problem(notTaken, detail.slice(0, shownAnswer), { cause: error })
}
