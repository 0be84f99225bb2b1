/** Opens sockets: to addresses that were checked, and to no other. */
import { connect as connectTcp, type Socket } from 'node:net'
import { connect as connectTls, getCACertificates } from 'node:tls'
import { kindOfAddress, parseAddress } from '#kernel/networks/index.ts'
import type { Refusal } from './target.ts'
import type { Resolved } from './types.ts'

type Opening = {
  readonly host: string
  readonly port: number
  readonly tls: boolean
  readonly servername: string
  readonly addresses: readonly Resolved[]
  readonly ca?: string | undefined
  readonly signal: AbortSignal
  readonly refuse: Refusal
}

/**
 * Resolves with a connected socket, its TLS agreed on where it has one. Rejects with the socket's error or the signal's reason. The
 * socket may break before its user listens to it, which must not end the process; so it always has a listener for errors.
 */
export async function openSocket(opening: Opening): Promise<Socket> {
  const { host, port, tls, servername, addresses, ca, signal, refuse } = opening
  signal.throwIfAborted()
  const only = addresses.length === 1 ? addresses[0]! : undefined
  // The system is never asked again: a second answer could be another one.
  const socket = connectTcp({
    host: only?.address ?? host,
    port,
    noDelay: true,
    autoSelectFamily: !only,
    lookup: (_name, _options, done) =>
      done(
        null,
        addresses.map(({ address, family }) => ({ address, family })),
      ),
  })
  await settled(socket, 'connect', signal)
  const remote = parseAddress(socket.remoteAddress ?? '')?.toString()
  if (
    remote === undefined ||
    kindOfAddress(remote) === 'never' ||
    !addresses.some(({ address }) => address === remote)
  ) {
    socket.destroy()
    throw refuse('connected to another address')
  }
  if (!tls) return socket
  const secured = connectTls({
    socket,
    // An address is no server name; the certificate is then checked for the address itself.
    ...(parseAddress(servername) ? { host: servername } : { servername, host: servername }),
    ALPNProtocols: ['http/1.1'],
    ...(ca === undefined ? {} : { ca: [...getCACertificates('default'), ca] }),
  })
  return settled(secured, 'secureConnect', signal)
}

async function settled<S extends Socket>(socket: S, event: string, signal: AbortSignal): Promise<S> {
  const { promise, resolve, reject } = Promise.withResolvers<S>()
  const abort = () => reject(signal.reason)
  const closed = () => reject(new Error('closed while connecting'))
  signal.addEventListener('abort', abort, { once: true })
  socket
    .on('error', () => undefined)
    .once(event, () => resolve(socket))
    .once('error', reject)
    .once('close', closed)
  try {
    return await promise
  } catch (error) {
    socket.destroy()
    throw error
  } finally {
    signal.removeEventListener('abort', abort)
    socket.off('error', reject).off('close', closed)
  }
}
