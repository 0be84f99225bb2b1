/** `daytwo logs`: filters the rotated JSON files. */
import { createReadStream, globSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

type Options = { file: string; level?: string; trace?: string; tenant?: string; lines: string; json?: boolean }
const severity = ['trace', 'debug', 'info', 'warn', 'error', 'fatal']

export async function readLogs(logDir: string | undefined, options: Options): Promise<void> {
  if (!logDir) throw new Error('no log files are written here (LOG_DIR is "-"); logs go to stdout')
  if (!['app', 'error', 'access', 'audit'].includes(options.file))
    throw new Error('--file is app, error, access or audit')
  const least = options.level === undefined ? 0 : severity.indexOf(options.level)
  if (least < 0) throw new Error(`--level is one of ${severity.join(', ')}`)
  const newest: string[] = []
  // Rotated names carry their day and sort before the file being written.
  for (const path of globSync(join(logDir, `${options.file}*.log`)).sort((a, b) => rank(a).localeCompare(rank(b)))) {
    for await (const line of createInterface({ input: createReadStream(path) })) {
      if (!matches(line, least, options)) continue
      newest.push(line)
      if (newest.length > Number(options.lines)) newest.shift()
    }
  }
  for (const line of newest) console.log(options.json ? line : pretty(line))
}

const rank = (path: string) => (/-\d{4}-\d{2}-\d{2}\.log$/.test(path) ? path : `${path}~`)

function matches(line: string, least: number, { trace, tenant }: Options): boolean {
  if (trace && !line.includes(`"${trace}"`)) return false
  if (tenant && !line.includes(`"tenantId":"${tenant}"`)) return false
  return least === 0 || severity.indexOf(/"level":"(\w+)"/.exec(line)?.[1] ?? '') >= least
}

function pretty(line: string): string {
  try {
    const { timestamp, level, context, message, metadata, err } = JSON.parse(line)
    const rest = metadata ? ` ${JSON.stringify(metadata)}` : ''
    return `${timestamp} ${String(level).padEnd(5)} [${context}] ${message}${rest}${err ? `\n  ${err.stack ?? err.message}` : ''}`
  } catch {
    return line
  }
}
