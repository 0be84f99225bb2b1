/** The one door for every outbound connection, as its users see it. */
import type { Socket } from 'node:net'
import type { Allowance } from '#kernel/networks/index.ts'

/** What a use of the door may do. Declared once by the module that dials. */
export type DialPolicy = {
  /** Names the use in metrics, logs and connection pools: `sso`, `mail`. */
  readonly name: string
  /** Default: `https` alone. */
  readonly schemes?: readonly ('https' | 'http')[]
  /** Redirects followed, each checked like the first address; at most 3. Default 0: the 3xx is the answer. */
  readonly redirects?: 0 | 1 | 2 | 3
  /** Whose allowances count, beside those of the installation. */
  readonly tenantId?: string | undefined
}

export type DialHeaders = Headers | Readonly<Record<string, string>> | readonly (readonly [string, string])[]

export type DialRequest = {
  readonly policy: DialPolicy
  readonly method?: string | undefined
  readonly headers?: DialHeaders | undefined
  readonly body?: string | Uint8Array | URLSearchParams | null | undefined
  /** For everything: the name, the connection, all redirects, the last byte. Default 10 s. */
  readonly timeoutMs?: number
  /** Of the body, decoded. Default 1 MiB. */
  readonly maxBytes?: number
  /** Asks for and decodes gzip, deflate and brotli; elsewhere an encoded answer is an error. */
  readonly decode?: boolean
  readonly signal?: AbortSignal | undefined
}

export type DialTarget = {
  readonly policy: Pick<DialPolicy, 'name' | 'tenantId'>
  readonly host: string
  readonly port: number
  /** True: TLS from the first byte, the certificate checked for `servername` (default: the host). */
  readonly tls: boolean
  readonly servername?: string
  /** Authorities that are believed beside the system's, as PEM. */
  readonly ca?: string | undefined
  readonly timeoutMs?: number
}

export type Dial = {
  /** What requests carry as `daytwo-hop`. */
  readonly hop: string | undefined
  /**
   * Asks `url` and reads the whole answer. Throws the problems `dial/target-refused`, `dial/unreachable`, `dial/timeout`,
   * `dial/answer-too-large` and `dial/answer-unusable`; none names an address. The reply is a plain `Response`.
   */
  fetch(url: string | URL, request: DialRequest): Promise<Response>
  /** A connected socket, for protocols other than HTTP. The caller ends it. */
  connect(target: DialTarget): Promise<Socket>
  /** For forms that keep an address: throws `dial/target-refused` (422) with `pointer`. Says nothing about who answers there. */
  checkTarget(url: string, policy: DialPolicy, pointer?: string): Promise<void>
  /** Ends the connections that are kept for later. */
  close(): Promise<void>
}

export type Resolved = { readonly address: string; readonly family: number }
/** All addresses of a name, A and AAAA. */
export type Lookup = (hostname: string) => Promise<readonly Resolved[]>

export type DialOptions = {
  /** What the installation allows beside public addresses. */
  readonly allow?: readonly Allowance[]
  /** What it allows one tenant. */
  readonly allowancesOf?: (tenantId: string) => Promise<readonly Allowance[]>
  readonly lookup?: Lookup
  /** Sent as `daytwo-hop`, so that a request that comes back to this installation is known. */
  readonly hop?: string
  /** Authorities that are believed beside the system's, as PEM. */
  readonly ca?: string
  readonly log?: { info(fields: object, message: string): void }
}
