/** The mail server as the configuration names it. */
import { readFileSync } from 'node:fs'
import type { Config } from '#kernel/config/index.ts'

export type MailServer = {
  readonly host: string
  readonly port: number
  /** TLS from the first byte; else STARTTLS is demanded. */
  readonly secure: boolean
  readonly user?: string | undefined
  readonly password?: string | undefined
  readonly caFile?: string | undefined
}

export type MailConfig = Pick<
  Config,
  'SMTP_URL' | 'SMTP_HOST' | 'SMTP_PORT' | 'SMTP_USER' | 'SMTP_PASSWORD' | 'SMTP_SECURE' | 'SMTP_FROM' | 'SMTP_CA_FILE'
>

/** Undefined where none is configured. */
export function mailServer(config: MailConfig): MailServer | undefined {
  const caFile = config.SMTP_CA_FILE
  if (config.SMTP_URL !== undefined) {
    const url = new URL(config.SMTP_URL)
    const secure = url.protocol === 'smtps:'
    const text = (part: string) => (part === '' ? undefined : decodeURIComponent(part))
    const port = url.port === '' ? (secure ? 465 : 587) : Number(url.port)
    const host = url.hostname.replace(/^\[|\]$/g, '')
    return { host, port, secure, user: text(url.username), password: text(url.password), caFile }
  }
  if (config.SMTP_HOST === undefined) return undefined
  const secure = config.SMTP_SECURE
  const port = config.SMTP_PORT ?? (secure ? 465 : 587)
  return { host: config.SMTP_HOST, port, secure, user: config.SMTP_USER, password: config.SMTP_PASSWORD, caFile }
}

export const readCa = ({ caFile }: MailServer): string | undefined =>
  caFile === undefined ? undefined : readFileSync(caFile, 'utf8')

/** The sender, and the host that ids of messages name. */
export function senderOf(config: MailConfig, baseUrl: string): { from: string; domain: string } {
  const { hostname } = new URL(baseUrl)
  const from = config.SMTP_FROM ?? `daytwo <daytwo@${hostname.replace(/^\[|\]$/g, '')}>`
  return { from, domain: /@([^\s<>@]+?)>?$/.exec(from)?.[1] ?? 'localhost' }
}
