-- Who is told about alerts, and what each of them was told.
create table alert_notification_channels (
  tenant_id uuid not null references tenant (id),
  id uuid not null,
  kind text not null check (kind in ('slack_bot', 'slack_webhook', 'email', 'pagerduty', 'webhook')),
  name text not null,
  target text not null,
  secret bytea,
  secret_hint text,
  minimum_severity text not null check (minimum_severity in ('LOW', 'MEDIUM', 'HIGH', 'CRITICAL')),
  quiet_from time,
  quiet_to time,
  quiet_days smallint[] not null default '{1,2,3,4,5,6,7}',
  quiet_lets_through text check (quiet_lets_through in ('LOW', 'MEDIUM', 'HIGH', 'CRITICAL')),
  enabled boolean not null,
  created_at timestamptz not null default app.now(),
  changed_at timestamptz not null default app.now(),
  removed_at timestamptz,
  last_sent_at timestamptz,
  last_failed_at timestamptz,
  last_failure text,
  constraint alert_notification_channels_pkey primary key (tenant_id, id),
  constraint alert_notification_channels__quiet check ((quiet_from is null) = (quiet_to is null)),
  constraint alert_notification_channels__quiet_days check (quiet_days <@ '{1,2,3,4,5,6,7}'::smallint[])
);
comment on column alert_notification_channels.target is 'What may be shown of where it leads: a channel, an address, a host.';
comment on column alert_notification_channels.secret is 'Token, key or URL: AES-256-GCM under the instance key, bound to the id; null once the channel was removed.';
comment on column alert_notification_channels.quiet_from is 'Local time of the tenant at which its quiet hours begin on each of quiet_days (1 is Monday); equal to quiet_to: the whole day.';
select app.protect('alert_notification_channels');

create table notification (
  tenant_id uuid not null,
  id bigint generated always as identity,
  channel_id uuid not null,
  alert_id uuid not null,
  opening bigint not null,
  change text not null check (change in ('raised', 'escalated', 'reminder', 'resolved')),
  nth integer not null,
  key uuid not null generated always as
    (md5(channel_id::text || ' ' || alert_id::text || ' ' || opening::text || ' ' || change || ' ' || nth::text)::uuid) stored,
  condition text not null,
  subject text not null,
  severity text not null check (severity in ('LOW', 'MEDIUM', 'HIGH', 'CRITICAL')),
  detail text not null,
  value double precision not null,
  threshold double precision not null,
  created_at timestamptz not null default app.now(),
  told_at timestamptz,
  perhaps_told boolean not null default false,
  answer text,
  status text not null default 'pending' check (status in ('pending', 'processing', 'completed', 'dead_lettered')),
  outcome text,
  due_at timestamptz not null default app.now(),
  attempt_count integer not null default 0,
  last_error text,
  error_class text,
  lease_owner uuid,
  finished_at timestamptz,
  constraint notification_pkey primary key (tenant_id, id),
  constraint notification__id unique (id),
  constraint notification__once unique (tenant_id, channel_id, alert_id, opening, change, nth),
  constraint notification__channel foreign key (tenant_id, channel_id) references alert_notification_channels (tenant_id, id)
) with (fillfactor = 85);
comment on column notification.opening is 'The step of the alert''s history that raised or reopened it.';
comment on column notification.nth is 'Which of its kind in this opening: the rank of the severity told, or the number of the reminder.';
comment on column notification.key is 'Made of what it tells to whom, so that it is the same at every attempt: whoever gets it twice knows it.';
comment on column notification.perhaps_told is 'The answer to an attempt was lost: it may have arrived.';
select app.protect('notification');
select app.work_table('notification');
create index notification__open on notification (tenant_id, due_at, id) where finished_at is null;
create index notification__tried on notification (due_at, id) where finished_at is null and error_class is not null;
create index notification__dead on notification (tenant_id, id) where finished_at is not null and error_class is not null;
create index notification__error_class on notification (tenant_id, error_class, id) where finished_at is not null and error_class is not null;
create index notification__alert_id on notification (tenant_id, alert_id, id);
create index notification__channel_id on notification (tenant_id, channel_id, id);
create index notification__created_at on notification (tenant_id, created_at);

-- down
drop table notification, alert_notification_channels;
