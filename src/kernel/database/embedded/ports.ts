import { readFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { unlessMissing } from './errors.ts'

const defaultPort = 24329

// From here on Linux hands out ports to outgoing connections, any of which could take ours while we are down.
const ephemeralStart = 32768
const highestPort = 65535

export type PortChoice = { preferred: number; remembered: number | undefined }

const portFile = (dataDir: string) => join(dataDir, 'postgres.json')

/** Reads which port this instance had. Another preferred port than at that time makes us forget it. */
export async function readPortChoice(dataDir: string, preferred: number = defaultPort): Promise<PortChoice> {
  const text = await unlessMissing(readFile(portFile(dataDir), 'utf8'))
  try {
    const saved = JSON.parse(text ?? '{}') as { preferred?: number; port?: number }
    return { preferred, remembered: saved.preferred === preferred ? saved.port : undefined }
  } catch {
    return { preferred, remembered: undefined }
  }
}

/** Remembers the port for the next start. */
export async function savePort(dataDir: string, { preferred, remembered }: PortChoice, port: number): Promise<void> {
  if (port !== remembered) await writeFile(portFile(dataDir), JSON.stringify({ preferred, port }))
}

/** Ports to try, best first: the remembered one, then upwards from the preferred one. */
export function* portCandidates({ preferred, remembered }: PortChoice): Generator<number> {
  if (remembered) yield remembered
  const end = preferred < ephemeralStart ? ephemeralStart - 1 : highestPort
  for (let port = preferred; port <= end; port++) if (port !== remembered) yield port
}

/** Whether nothing listens on the port now. No promise: another process may still be faster. */
export function isPortFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer()
    probe.once('error', () => resolve(false))
    probe.listen({ port, host: '127.0.0.1', exclusive: true }, () => probe.close(() => resolve(true)))
  })
}
