/** The product with a source beside it that it asks. */
import { commandContext, defaultTenantId } from '#kernel/context/index.ts'
import { testApp } from '#test/support/app.ts'

export async function pollingBench(environment: Record<string, string>) {
  const app = await testApp({ API_BASE_URL: 'https://daytwo.example.com', ...environment })
  await app.composed.operations.ensureSchedules()
  return {
    app,
    /** The bare address of the default tenant. */
    address: 'https://daytwo.example.com/api/v1/webhooks/github',
    run: (name: string) => app.composed.operations.runSchedule(commandContext('test'), `scheduler:${name}`),
    /** Its message where it fails. */
    fails: (name: string) =>
      app.composed.operations.runSchedule(commandContext('test'), `scheduler:${name}`).then(
        (told) => `did not fail: ${told}`,
        (error: Error) => error.message,
      ),
    rows: (table: string, columns = '*', order = '1') =>
      app.sql(`select ${columns} from ${table} where tenant_id = $1 order by ${order}`, [defaultTenantId]),
    /** Another run may begin at once although the source asked to wait. */
    forgetWait: () => app.sql('update poll_cursor set next_allowed_at = null'),
  }
}
