import { clusterName } from './processes.ts'

const defaults: Record<string, string> = {
  shared_buffers: '64MB',
  max_connections: '80',
  shared_preload_libraries: 'pg_stat_statements',
  wal_compression: 'on',
  min_wal_size: '64MB',
  max_wal_size: '512MB',
  // Durability is not negotiable for the one place of the data; stated so that nobody thinks of the defaults as chance.
  fsync: 'on',
  synchronous_commit: 'on',
  // Our queries are short; compiling them costs more than it saves.
  jit: 'off',
  TimeZone: 'UTC',
  log_timezone: 'UTC',
  log_min_duration_statement: '1000',
  log_line_prefix: '%m [%p] %q%u@%d ',
}

/** Arguments of `postgres`. They win over postgresql.conf and ALTER SYSTEM; where one is given twice the last counts. */
export function serverArguments(clusterDir: string, port: number, extra: Record<string, string> = {}): string[] {
  const fixed = {
    listen_addresses: '127.0.0.1',
    port: String(port),
    unix_socket_directories: '',
    cluster_name: clusterName(clusterDir),
    logging_collector: 'off',
    log_destination: 'stderr',
  }
  const all = Object.entries({ ...defaults, ...extra, ...fixed })
  return ['-D', clusterDir, ...all.flatMap(([name, value]) => ['-c', `${name}=${value}`])]
}
