-- Pulse surveys: how people find their work, asked anonymously. What these tables can tell of whom stands in the module's README.

create table pulse_survey (
  tenant_id uuid not null references tenant (id),
  id uuid not null,
  stream_id text not null,
  team_size integer check (team_size between 1 and 100000),
  questions text[] not null check (cardinality(questions) between 3 and 5),
  comments boolean not null,
  cadence text not null check (cadence in ('weekly', 'biweekly', 'monthly')),
  starts_on date not null,
  created_at timestamptz not null default app.now(),
  closed_at timestamptz,
  constraint pulse_survey_pkey primary key (tenant_id, id)
);
comment on column pulse_survey.stream_id is 'A stream, or all. Without a foreign key: the figures outlive the stream.';
comment on column pulse_survey.team_size is 'Whom the response rate is measured against; null is everybody who is asked.';
create unique index pulse_survey__open on pulse_survey (tenant_id, stream_id) where closed_at is null;
select app.protect('pulse_survey');

create table pulse_participant (
  tenant_id uuid not null,
  survey_id uuid not null,
  address text not null check (address = lower(address) and length(address) between 3 and 254),
  constraint pulse_participant_pkey primary key (tenant_id, survey_id, address),
  constraint pulse_participant__survey foreign key (tenant_id, survey_id) references pulse_survey (tenant_id, id) on delete cascade
);
select app.protect('pulse_participant');

create table pulse_period (
  tenant_id uuid not null,
  id uuid not null,
  survey_id uuid not null,
  starts_on date not null,
  ends_on date not null check (ends_on >= starts_on),
  starts_at timestamptz not null,
  ends_at timestamptz not null,
  questions text[] not null,
  comments boolean not null,
  team_size integer not null check (team_size >= 0),
  reminded_at timestamptz,
  closed_at timestamptz,
  answers integer not null default 0,
  constraint pulse_period_pkey primary key (tenant_id, id),
  constraint pulse_period__starts_on unique (tenant_id, survey_id, starts_on),
  constraint pulse_period__survey foreign key (tenant_id, survey_id) references pulse_survey (tenant_id, id) on delete cascade
);
comment on column pulse_period.ends_on is 'Its last day, in the time zone that the tenant had when it opened.';
comment on column pulse_period.answers is 'How many had answered when it ended; 0 until then.';
create unique index pulse_period__open on pulse_period (tenant_id, survey_id) where closed_at is null;
create index pulse_period__ends_on on pulse_period (tenant_id, ends_on);
select app.protect('pulse_period');

create table pulse_invitation (
  tenant_id uuid not null,
  period_id uuid not null,
  address text not null,
  token_hash bytea not null,
  reminder_hash bytea,
  sent_on date not null,
  answered boolean not null default false,
  constraint pulse_invitation_pkey primary key (tenant_id, period_id, address),
  constraint pulse_invitation__token_hash unique (token_hash),
  constraint pulse_invitation__reminder_hash unique (reminder_hash),
  constraint pulse_invitation__period foreign key (tenant_id, period_id) references pulse_period (tenant_id, id) on delete cascade
);
comment on table pulse_invitation is 'Who was asked, while the period is open; deleted when it ends.';
comment on column pulse_invitation.token_hash is 'SHA-256 of the token in the mail. An answer is kept under an HMAC of the token, which cannot be computed from this.';
comment on column pulse_invitation.answered is 'So that nobody is reminded twice; with no time at all.';
select app.protect('pulse_invitation');

create table pulse_answer (
  tenant_id uuid not null,
  period_id uuid not null,
  person_hash bytea not null,
  scores smallint[] not null,
  comment text,
  constraint pulse_answer_pkey primary key (tenant_id, period_id, person_hash),
  constraint pulse_answer__period foreign key (tenant_id, period_id) references pulse_period (tenant_id, id) on delete cascade
);
comment on table pulse_answer is 'Answers while the period is open; when it ends they are added up to pulse_result and deleted. No time, no address, no order.';
comment on column pulse_answer.person_hash is 'HMAC of the token in the mail, under a key derived from HMAC_KEY: one answer a person, and nothing to join it with.';
comment on column pulse_answer.scores is '1 to 5 by question, in the order of the period''s questions; null is left out.';
select app.protect('pulse_answer');

create table pulse_result (
  tenant_id uuid not null,
  period_id uuid not null,
  question text not null,
  counts integer[] not null check (cardinality(counts) = 5),
  constraint pulse_result_pkey primary key (tenant_id, period_id, question),
  constraint pulse_result__period foreign key (tenant_id, period_id) references pulse_period (tenant_id, id) on delete cascade
);
comment on table pulse_result is 'How many gave 1, 2, 3, 4 and 5; only where at least five answered the question. Every figure that is shown is computed from these.';
select app.protect('pulse_result');

create table pulse_comment (
  tenant_id uuid not null,
  id uuid not null default gen_random_uuid(),
  period_id uuid not null,
  comment text not null,
  ended_at timestamptz not null,
  constraint pulse_comment_pkey primary key (tenant_id, id),
  constraint pulse_comment__period foreign key (tenant_id, period_id) references pulse_period (tenant_id, id) on delete cascade
);
comment on table pulse_comment is 'Comments of periods with at least five answers, apart from the scores they came with.';
create index pulse_comment__period_id on pulse_comment (tenant_id, period_id);
create index pulse_comment__ended_at on pulse_comment (tenant_id, ended_at);
select app.protect('pulse_comment');

-- down
drop table pulse_comment, pulse_result, pulse_answer, pulse_invitation, pulse_period, pulse_participant, pulse_survey;
