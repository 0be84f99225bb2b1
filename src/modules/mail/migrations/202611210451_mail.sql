-- Mails to people: written in the transaction that causes them, sent by a worker, their text erased once they were taken.
create table mail (
  tenant_id uuid not null references tenant (id),
  id bigint generated always as identity,
  message_id uuid not null,
  purpose text not null check (purpose ~ '^[a-z][a-z0-9-]{0,39}$'),
  to_address text not null,
  subject text not null,
  data bytea,
  created_at timestamptz not null default app.now(),
  sent_at timestamptz,
  answer text,
  status text not null default 'pending' check (status in ('pending', 'processing', 'completed', 'dead_lettered')),
  outcome text,
  due_at timestamptz not null default app.now(),
  attempt_count integer not null default 0,
  last_error text,
  error_class text,
  lease_owner uuid,
  finished_at timestamptz,
  constraint mail_pkey primary key (tenant_id, id),
  constraint mail__id unique (id)
);
comment on column mail.data is 'The text: AES-256-GCM under the instance key, bound to message_id; null once the mail was sent.';
comment on column mail.message_id is 'Part of the Message-ID: the same at every attempt, so that a repeated delivery is known as such.';
select app.protect('mail');
select app.work_table('mail');
create index mail__open on mail (tenant_id, due_at, id) where finished_at is null;
create index mail__tried on mail (due_at, id) where finished_at is null and error_class is not null;
create index mail__dead on mail (tenant_id, id) where finished_at is not null and error_class is not null;
create index mail__error_class on mail (tenant_id, error_class, id) where finished_at is not null and error_class is not null;
create index mail__created_at on mail (tenant_id, created_at);

-- down
drop table mail;
