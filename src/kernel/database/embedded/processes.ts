import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { basename } from 'node:path'

/**
 * The server's `cluster_name`. PostgreSQL shows it in the title of every process it has, and that is how we tell the
 * processes of one cluster from all others: titles are readable without any privilege, unlike a process's folder
 * (root in a container usually lacks CAP_SYS_PTRACE).
 */
export function clusterName(clusterDir: string): string {
  return `daytwo-${createHash('sha256').update(clusterDir).digest('hex').slice(0, 12)}`
}

/** Pids of all live PostgreSQL processes of the cluster: the postmaster and its children, orphans included. */
export function postgresProcesses(clusterDir: string): number[] {
  const name = clusterName(clusterDir)
  return commandLines()
    .filter(({ program, command }) => {
      if (command.startsWith('postgres: ')) return command.startsWith(`postgres: ${name}: `)
      // The postmaster keeps its arguments. The folder also finds one that somebody started by hand.
      if (basename(program) !== 'postgres') return false
      return [`cluster_name=${name}`, clusterDir].some((word) => `${command} `.includes(` ${word} `))
    })
    .map(({ pid }) => pid)
}

type CommandLine = { pid: number; program: string; command: string }

function commandLines(): CommandLine[] {
  if (process.platform === 'linux') {
    const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name))
    return pids.map((pid) => {
      const words = readProc(`${pid}/cmdline`).split('\0')
      return { pid: Number(pid), program: words[0] ?? '', command: words.join(' ') }
    })
  }
  const lines = execFileSync('ps', ['-axwwo', 'pid=,command='], { encoding: 'utf8', maxBuffer: 2 ** 26 }).split('\n')
  return lines.map((line) => {
    const [, pid = '', command = ''] = /^\s*(\d+)\s+(.*)$/.exec(line) ?? []
    // Here words are not told apart, and the program's path may hold spaces: it ends before the first option.
    return { pid: Number(pid), program: command.split(' -', 1)[0] ?? '', command }
  })
}

// Empty for a process that ended meanwhile; the command line of a zombie is empty as well.
function readProc(path: string): string {
  try {
    return readFileSync(`/proc/${path}`, 'utf8')
  } catch {
    return ''
  }
}

/**
 * Identifies a live process beyond its pid, which the system gives to another process sooner or later (in a container
 * at once): boot and start time. Undefined if there is no such process.
 */
export function processIdentity(pid: number): string | undefined {
  if (process.platform !== 'linux') {
    try {
      return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], {
        encoding: 'utf8',
        env: { LC_ALL: 'C', PATH: '/bin:/usr/bin' },
      }).trim()
    } catch {
      return undefined
    }
  }
  // The second field is the program's name in parentheses and may hold anything, so count from the last parenthesis.
  const stat = readProc(`${pid}/stat`)
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const [state] = fields
  if (!state || state === 'Z' || state === 'X') return undefined
  return `${readProc('sys/kernel/random/boot_id').trim()}/${fields[19]}`
}
