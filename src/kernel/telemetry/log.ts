/**
 * Structured logs: one JSON object a line with `timestamp level message context metadata requestId traceId tenantId`,
 * pretty in a terminal, and rotated files `app error access audit` that `daytwo logs` reads.
 */
import { join } from 'node:path'
import { pino } from 'pino'
import boom from 'sonic-boom'
import { redact } from './redact.ts'

export type Logger = pino.Logger

/** Days each rotated file is kept. */
const keepDays = { app: 30, error: 90, access: 30, audit: 365 } as const
export type LogFile = keyof typeof keepDays

/** Fields that stand at the top of a line; everything else goes under `metadata`. */
const topLevel = new Set(['context', 'requestId', 'traceId', 'tenantId', 'err', 'file'])

function shape(object: Record<string, unknown>): Record<string, unknown> {
  const line: Record<string, unknown> = {}
  const metadata: Record<string, unknown> = {}
  for (const [key, value] of Object.entries(object)) (topLevel.has(key) ? line : metadata)[key] = value
  if (Object.keys(metadata).length > 0) line.metadata = redact(metadata)
  return line
}

export type LogOptions = {
  level: string
  /** Which process speaks: `api`, `worker`, `up`, a command. */
  context: string
  /** Folder of the rotated files; undefined writes none. */
  logDir?: string | undefined
  /** Where lines go besides files. */
  destination: 'stdout' | 'stderr'
  pretty: boolean
}

export async function openLog(options: LogOptions): Promise<Logger> {
  const streams: pino.StreamEntry[] = [{ level: 'trace', stream: withoutAccessLines(options, await terminal(options)) }]
  if (options.logDir) for (const entry of await files(options.logDir)) streams.push(entry)
  return pino(
    {
      level: options.level,
      base: { context: options.context },
      messageKey: 'message',
      errorKey: 'err',
      timestamp: () => `,"timestamp":"${new Date().toISOString()}"`,
      serializers: { err: pino.stdSerializers.err },
      formatters: { level: (label) => ({ level: label }), log: shape },
    },
    pino.multistream(streams),
  )
}

async function terminal({ destination, pretty }: LogOptions): Promise<pino.DestinationStream> {
  const fd = destination === 'stdout' ? 1 : 2
  if (!pretty) return inBatches(fd)
  const { default: pinoPretty } = await import('pino-pretty')
  return pinoPretty({
    destination: fd,
    sync: true,
    messageKey: 'message',
    timestampKey: 'timestamp',
    translateTime: 'HH:MM:ss',
    ignore: 'context,requestId,traceId,tenantId,file',
    messageFormat: '[{context}] {message}',
    errorLikeObjectKeys: ['err'],
  })
}

/** How often a reader that takes nothing is tried again at the end, a tenth of a second apart: what it does not read then is lost. */
const mostTriesAtEnd = 20
/** What waits for a slow reader or a full disk; beyond it lines are dropped. */
const maxLength = 8 * 1024 * 1024

/**
 * One write a line would cost an access line more than all else; what a SIGKILL may take is half a second of lines. Not pino's own
 * destination: at the end that one tries for ever to write to a pipe whose reader is gone, and the process never ends.
 */
function inBatches(fd: number): pino.DestinationStream {
  let ending = false
  let tries = 0
  const retryEAGAIN = () => !ending || ++tries < mostTriesAtEnd
  const stream = new boom.SonicBoom({
    fd,
    sync: false,
    minLength: 4096,
    maxLength,
    periodicFlush: 500,
    retryEAGAIN,
  })
  let broken = false
  stream.on('error', (error: NodeJS.ErrnoException) => {
    broken ||= error.code === 'EPIPE'
  })
  process.on('exit', () => {
    ending = true
    try {
      if (!broken) stream.flushSync()
    } catch {
      // Nobody is there to read what is left.
    }
  })
  return { write: (line) => void (broken || stream.write(line)) }
}

const ofItsOwn = (line: string) => line.includes('"file":"access"') || line.includes('"file":"audit"')

/** Where there are access and audit logs of their own, one line a request would only bury what a person looks for. */
const withoutAccessLines = ({ logDir }: LogOptions, stream: pino.DestinationStream): pino.DestinationStream =>
  logDir ? { write: (line) => void (ofItsOwn(line) || stream.write(line)) } : stream

async function files(folder: string): Promise<pino.StreamEntry[]> {
  const { createStream } = await import('rotating-file-stream')
  const open = (file: LogFile) => {
    const stream = createStream((time) => (time ? `${file}-${dayOf(time as Date)}.log` : `${file}.log`), {
      path: join(folder, '.'),
      interval: '1d',
      maxFiles: keepDays[file],
    })
    stream.on('error', (error) => process.stderr.write(`daytwo: cannot write the ${file} log: ${error.message}\n`))
    return stream
  }
  const opened = { app: open('app'), error: open('error'), access: open('access'), audit: open('audit') }
  // Lines carry `file` when they belong to a file of their own; the rest is `app`, and errors also `error`.
  const route = {
    write(line: string) {
      const file: LogFile = line.includes('"file":"access"')
        ? 'access'
        : line.includes('"file":"audit"')
          ? 'audit'
          : 'app'
      opened[file].write(line)
    },
  }
  return [
    { level: 'trace', stream: route },
    { level: 'error', stream: { write: (line: string) => void opened.error.write(line) } },
  ]
}

const dayOf = (time: Date) => time.toISOString().slice(0, 10)
