/** A mail server on this machine that keeps what it was given, and that fails as it is told to. */
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after } from 'node:test'
import { SMTPServer, type SMTPServerOptions } from 'smtp-server'
import { temporaryFolder } from '#test/support/temporary-folder.ts'

export type Received = {
  readonly from: string
  readonly to: string[]
  readonly text: string
  readonly secure: boolean
  readonly user: string | undefined
}

/** What to answer to a command; undefined: yes. */
export type Answer = { readonly code: number; readonly text: string } | 'drop' | undefined

export type TestMailServer = {
  readonly port: number
  readonly received: Received[]
  connections(): number
  /** Asked at each recipient, and when the data are complete. */
  answer: { rcpt?: (to: string) => Answer; data?: (text: string) => Answer | Promise<Answer> }
}

/** A certificate that no authority has signed, for `localhost` and `127.0.0.1`. */
export function selfSigned(): { key: string; cert: string; certFile: string } {
  const folder = temporaryFolder()
  const [keyFile, certFile] = [join(folder, 'key.pem'), join(folder, 'cert.pem')]
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1,DNS:localhost']
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', keyFile]
  execFileSync('openssl', ['req', '-x509', ...key, '-out', certFile, '-days', '2', ...subject], { stdio: 'ignore' })
  return { key: readFileSync(keyFile, 'utf8'), cert: readFileSync(certFile, 'utf8'), certFile }
}

export async function testMailServer(options: SMTPServerOptions = {}, host = '127.0.0.1'): Promise<TestMailServer> {
  const received: Received[] = []
  const made: { -readonly [K in keyof TestMailServer]: TestMailServer[K] } = {
    port: 0,
    received,
    connections: () => count,
    answer: {},
  }
  let count = 0
  const errorOf = ({ code, text }: { code: number; text: string }) =>
    Object.assign(new Error(text), { responseCode: code })
  const server = new SMTPServer({
    logger: false,
    authOptional: true,
    allowInsecureAuth: true,
    disabledCommands: ['STARTTLS'],
    closeTimeout: 100,
    onConnect: (_session, done) => {
      count++
      done()
    },
    onAuth: ({ username, password }, _session, done) =>
      password === 'right'
        ? done(null, { user: username })
        : done(Object.assign(new Error('no such user'), { responseCode: 535 })),
    onRcptTo: ({ address }, _session, done) => {
      const answer = made.answer.rcpt?.(address)
      done(answer && answer !== 'drop' ? errorOf(answer) : null)
    },
    onData: (stream, session, done) => {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', async () => {
        const text = Buffer.concat(chunks).toString()
        const answer = await made.answer.data?.(text)
        if (answer === 'drop') {
          // The connection, in the moment in which the mail is complete and nothing was said to it.
          const { connections } = server as unknown as { connections: Set<{ _socket: { destroy(): void } }> }
          for (const connection of connections) connection._socket.destroy()
          return
        }
        if (answer) return done(errorOf(answer))
        const { mailFrom, rcptTo } = session.envelope
        const from = mailFrom === false ? '' : mailFrom.address
        received.push({
          from,
          to: rcptTo.map(({ address }) => address),
          text,
          secure: session.secure,
          user: session.user as string | undefined,
        })
        done(null, 'Ok: queued as 4711')
      })
    },
    ...options,
  })
  server.on('error', () => undefined)
  await new Promise<void>((resolve) => server.listen(0, host, () => resolve()))
  after(() => new Promise<void>((resolve) => server.close(() => resolve())))
  made.port = (server.server.address() as { port: number }).port
  return made
}
