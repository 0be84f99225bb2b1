/** Door of notifications: who is told about alerts, over which channel, and what came of it. */
import type { Config } from '#kernel/config/index.ts'
import { deriveKey } from '#kernel/crypto/index.ts'
import type { Database } from '#kernel/database/index.ts'
import type { Dial } from '#kernel/dial/index.ts'
import { type EventLog, subscribe } from '#kernel/events/index.ts'
import { defineModule } from '#kernel/module.ts'
import type { Schedule } from '#kernel/schedule/index.ts'
import type { Work } from '#kernel/work/index.ts'
import { alertsChanged } from '#modules/alerts/index.ts'
import type { MailPort } from '#modules/mail/index.ts'
import type { Deps } from './channels/deps.ts'
import { channelRoutes } from './channels/routes.ts'
import { notificationAttempted } from './events.ts'
import { notificationChecks, notificationsFailing } from './health.ts'
import { beat } from './heartbeat.ts'
import { planForAll, planNotifications } from './plan.ts'
import { notTaken, refused } from './problems.ts'
import { email } from './providers/email.ts'
import { pagerDuty } from './providers/pagerduty.ts'
import { slackBot, slackWebhook } from './providers/slack.ts'
import { webhook } from './providers/webhook.ts'
import { calmMinutes, notificationDays, remindAfterHours } from './settings.ts'
import { notificationRoutes } from './told/routes.ts'
import { notificationWork } from './work.ts'

type Needs = {
  readonly database: Database
  readonly eventLog: EventLog
  readonly dial: Dial
  readonly mail: MailPort
  readonly config: Pick<
    Config,
    | 'APP_KEY'
    | 'baseUrl'
    | 'production'
    | 'SLACK_API_URL'
    | 'SLACK_WEBHOOK_HOSTS'
    | 'PAGERDUTY_EVENTS_URL'
    | 'HEARTBEAT_URL'
  >
  /** Where the console is. */
  readonly consoleUrl: string
  /** Asked for when needed: the schedules of all modules. */
  readonly schedules: () => readonly Schedule[]
  readonly minutesSinceEvaluation: () => Promise<number | null>
}

export const notifications = defineModule({
  name: 'notifications',
  migrations: new URL('./migrations/', import.meta.url),
  permissions: [
    { name: 'notifications:read', summary: 'See who is told about alerts, and who was', least: 'operator' },
    { name: 'notifications:write', summary: 'Decide who is told about alerts', least: 'admin' },
  ],
  problems: [refused, notTaken],
  events: [notificationAttempted],
  settings: [remindAfterHours, calmMinutes, notificationDays],
  start: (needs: Needs) => {
    const { database, eventLog, dial, mail, config, consoleUrl } = needs
    const { HEARTBEAT_URL: heartbeatUrl, SLACK_API_URL: slackUrl, PAGERDUTY_EVENTS_URL: pagerDutyUrl } = config
    const plain = !config.production
    const outward = { dial, plain }
    /** An address of the configuration may be plain where that allows it: on this very machine. */
    const configured = (url: string) => ({ dial, plain: new URL(url).protocol === 'http:' })
    const bare = (url: string) => url.replace(/\/+$/, '')
    const deps: Deps = {
      database,
      eventLog,
      dial,
      key: deriveKey(config.APP_KEY!, 'notification-channels'),
      plain,
      slackHosts: config.SLACK_WEBHOOK_HOSTS,
      mailDeliverable: mail.deliverable,
      pages: {
        alert: (id) => new URL(id === '' ? '/alerts' : `/alerts/${id}`, consoleUrl).href,
        runbook: (condition) => new URL(`/docs/runbook#${condition}`, config.baseUrl).href,
      },
      providers: {
        slack_bot: slackBot(configured(slackUrl), bare(slackUrl)),
        slack_webhook: slackWebhook(outward),
        email: email(mail),
        pagerduty: pagerDuty(configured(pagerDutyUrl), bare(pagerDutyUrl), new URL(config.baseUrl).host),
        webhook: webhook(outward),
      },
    }
    const heart = { ...needs, url: heartbeatUrl, outward: heartbeatUrl ? configured(heartbeatUrl) : outward }
    return {
      port: {},
      routes(http) {
        channelRoutes(deps)(http)
        notificationRoutes(database)(http)
      },
      work: [notificationWork(deps) as unknown as Work],
      subscribers: [
        subscribe('notifications.plan', alertsChanged, async (tx, changes) => {
          const ids = new Set(changes.filter(({ what }) => what !== 'acknowledged').map(({ alertId }) => alertId))
          return `planned ${ids.size === 0 ? 0 : await planNotifications(tx, [...ids])}`
        }),
      ],
      schedules: [
        {
          name: 'scheduler:send-alert-notifications',
          cron: '*/15 * * * *',
          summary: 'Tells channels of active alerts that they were not told of, and reminds them',
          run: () => planForAll(database),
        },
        {
          name: 'scheduler:ping-heartbeat',
          cron: '* * * * *',
          summary: 'Tells HEARTBEAT_URL that daytwo runs and looks at its alerts',
          run: () => beat(heart),
        },
      ],
      alerts: [notificationsFailing],
      doctor: notificationChecks(database, heartbeatUrl),
      retention: [
        {
          table: 'notification',
          recordedAt: 'created_at',
          days: notificationDays,
          // While an alert is open, what was told of it decides what is told next.
          only: `w.finished_at is not null and not exists (select from alerts_v_alert a
            where a.tenant_id = w.tenant_id and a.id = w.alert_id and a.state <> 'resolved')`,
          archived: false,
        },
      ],
    }
  },
})
