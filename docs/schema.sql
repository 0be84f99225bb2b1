-- Generated from the migrated catalogue by "npm run docs"; not run by anything. CI fails when it differs.

create table access_review (
  tenant_id uuid not null,
  id uuid not null,
  completed_at timestamp with time zone not null default app.now(),
  completed_by text not null,
  note text,
  counts jsonb not null,
  constraint access_review_pkey PRIMARY KEY (tenant_id, id),
  constraint access_review_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenant(id)
);
CREATE INDEX access_review__completed_at ON public.access_review USING btree (tenant_id, completed_at DESC);
create policy operator on access_review to daytwo_operator using (true);
create policy owner on access_review to daytwo_owner using (true);
create policy platform on access_review to daytwo_platform using (true);
create policy tenant on access_review to daytwo_app using ((tenant_id = ( SELECT app.tenant_id() AS tenant_id)));
CREATE TRIGGER audit_operator_change AFTER INSERT OR DELETE OR UPDATE ON access_review FOR EACH ROW WHEN (CURRENT_USER = 'daytwo_operator'::name) EXECUTE FUNCTION app.audit_operator_change('tenant_id');
grant delete, insert, select, update on access_review to daytwo_app;
grant delete, insert, select, update on access_review to daytwo_operator;
grant delete, insert, select, update on access_review to daytwo_platform;

create table alert (
  tenant_id uuid not null,
  id uuid not null,
  condition text not null,
  subject text not null,
  severity text not null,
  state text not null,
  visible_to text not null,
  detail text not null,
  value double precision not null,
  threshold double precision not null,
  raised_at timestamp with time zone not null, -- When it was raised first; a return soon after resolving reopens the same alert.
  last_found_at timestamp with time zone not null,
  clean_since timestamp with time zone, -- First evaluation in a row that did not find it; it resolves once that is long enough ago.
  acknowledged_at timestamp with time zone,
  acknowledged_by text,
  resolved_at timestamp with time zone,
  constraint alert_pkey PRIMARY KEY (tenant_id, id),
  constraint alert__acknowledged CHECK (((state <> 'acknowledged'::text) OR (acknowledged_at IS NOT NULL))),
  constraint alert__resolved CHECK (((state = 'resolved'::text) = (resolved_at IS NOT NULL))),
  constraint alert_severity_check CHECK ((severity = ANY (ARRAY['LOW'::text, 'MEDIUM'::text, 'HIGH'::text, 'CRITICAL'::text]))),
  constraint alert_state_check CHECK ((state = ANY (ARRAY['raised'::text, 'acknowledged'::text, 'resolved'::text]))),
  constraint alert_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenant(id),
  constraint alert_visible_to_check CHECK ((visible_to = ANY (ARRAY['tenant'::text, 'platform'::text])))
);
CREATE UNIQUE INDEX alert__open ON public.alert USING btree (condition, tenant_id, subject) WHERE (state <> 'resolved'::text);
CREATE INDEX alert__resolved_at ON public.alert USING btree (condition, resolved_at) WHERE (state = 'resolved'::text);
create policy operator on alert to daytwo_operator using (true);
create policy owner on alert to daytwo_owner using (true);
create policy platform on alert to daytwo_platform using (true);
create policy tenant on alert to daytwo_app using ((tenant_id = ( SELECT app.tenant_id() AS tenant_id)));
CREATE TRIGGER audit_operator_change AFTER INSERT OR DELETE OR UPDATE ON alert FOR EACH ROW WHEN (CURRENT_USER = 'daytwo_operator'::name) EXECUTE FUNCTION app.audit_operator_change('tenant_id');
grant delete, insert, select, update on alert to daytwo_app;
grant delete, insert, select, update on alert to daytwo_operator;
grant delete, insert, select, update on alert to daytwo_platform;

create table alert_condition (
  name text not null,
  evaluation uuid,
  last_evaluated_at timestamp with time zone,
  error text,
  constraint alert_condition_pkey PRIMARY KEY (name)
);
CREATE TRIGGER audit_operator_change AFTER INSERT OR DELETE OR UPDATE ON alert_condition FOR EACH ROW WHEN (CURRENT_USER = 'daytwo_operator'::name) EXECUTE FUNCTION app.audit_operator_change('tenant_id');
grant delete, insert, select, update on alert_condition to daytwo_operator;
grant delete, insert, select, update on alert_condition to daytwo_platform;

create table alert_history (
  tenant_id uuid not null,
  id bigint not null generated always as identity,
  alert_id uuid not null,
  at timestamp with time zone not null default app.now(),
  what text not null,
  actor text, -- Who did it; null where the evaluation did.
  note text,
  value double precision,
  constraint alert_history_pkey PRIMARY KEY (tenant_id, id),
  constraint alert_history__alert FOREIGN KEY (tenant_id, alert_id) REFERENCES alert(tenant_id, id) ON DELETE CASCADE,
  constraint alert_history_what_check CHECK ((what = ANY (ARRAY['raised'::text, 'acknowledged'::text, 'resolved'::text, 'severity-changed'::text, 'reopened'::text])))
);
CREATE INDEX alert_history__alert_id ON public.alert_history USING btree (tenant_id, alert_id, id);
create policy operator on alert_history to daytwo_operator using (true);
create policy owner on alert_history to daytwo_owner using (true);
create policy platform on alert_history to daytwo_platform using (true);
create policy tenant on alert_history to daytwo_app using ((tenant_id = ( SELECT app.tenant_id() AS tenant_id)));
CREATE TRIGGER audit_operator_change AFTER INSERT OR DELETE OR UPDATE ON alert_history FOR EACH ROW WHEN (CURRENT_USER = 'daytwo_operator'::name) EXECUTE FUNCTION app.audit_operator_change('tenant_id');
grant delete, insert, select, update on alert_history to daytwo_app;
grant delete, insert, select, update on alert_history to daytwo_operator;
grant delete, insert, select, update on alert_history to daytwo_platform;

create table alert_notification_channels (
  tenant_id uuid not null,
  id uuid not null,
  kind text not null,
  name text not null,
  target text not null, -- What may be shown of where it leads: a channel, an address, a host.
  secret bytea, -- Token, key or URL: AES-256-GCM under the instance key, bound to the id; null once the channel was removed.
  secret_hint text,
  minimum_severity text not null,
  quiet_from time without time zone, -- Local time of the tenant at which its quiet hours begin on each of quiet_days (1 is Monday); equal to quiet_to: the whole day.
  quiet_to time without time zone,
  quiet_days smallint[] not null default '{1,2,3,4,5,6,7}'::smallint[],
  quiet_lets_through text,
  enabled boolean not null,
  created_at timestamp with time zone not null default app.now(),
  changed_at timestamp with time zone not null default app.now(),
  removed_at timestamp with time zone,
  last_sent_at timestamp with time zone,
  last_failed_at timestamp with time zone,
  last_failure text,
  constraint alert_notification_channels_pkey PRIMARY KEY (tenant_id, id),
  constraint alert_notification_channels__quiet CHECK (((quiet_from IS NULL) = (quiet_to IS NULL))),
  constraint alert_notification_channels__quiet_days CHECK ((quiet_days <@ '{1,2,3,4,5,6,7}'::smallint[])),
  constraint alert_notification_channels_kind_check CHECK ((kind = ANY (ARRAY['slack_bot'::text, 'slack_webhook'::text, 'email'::text, 'pagerduty'::text, 'webhook'::text]))),
  constraint alert_notification_channels_minimum_severity_check CHECK ((minimum_severity = ANY (ARRAY['LOW'::text, 'MEDIUM'::text, 'HIGH'::text, 'CRITICAL'::text]))),
  constraint alert_notification_channels_quiet_lets_through_check CHECK ((quiet_lets_through = ANY (ARRAY['LOW'::text, 'MEDIUM'::text, 'HIGH'::text, 'CRITICAL'::text]))),
  constraint alert_notification_channels_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenant(id)
);
create policy operator on alert_notification_channels to daytwo_operator using (true);
create policy owner on alert_notification_channels to daytwo_owner using (true);
create policy platform on alert_notification_channels to daytwo_platform using (true);
create policy tenant on alert_notification_channels to daytwo_app using ((tenant_id = ( SELECT app.tenant_id() AS tenant_id)));
CREATE TRIGGER audit_operator_change AFTER INSERT OR DELETE OR UPDATE ON alert_notification_channels FOR EACH ROW WHEN (CURRENT_USER = 'daytwo_operator'::name) EXECUTE FUNCTION app.audit_operator_change('tenant_id');
grant delete, insert, select, update on alert_notification_channels to daytwo_app;
grant delete, insert, select, update on alert_notification_channels to daytwo_operator;
grant delete, insert, select, update on alert_notification_channels to daytwo_platform;

create table alert_pending (
  condition text not null,
  owner_id uuid not null, -- The tenant whose alert it would be.
  subject text not null,
  found_since timestamp with time zone not null,
  last_found_at timestamp with time zone not null,
  constraint alert_pending_pkey PRIMARY KEY (condition, owner_id, subject)
);
CREATE TRIGGER audit_operator_change AFTER INSERT OR DELETE OR UPDATE ON alert_pending FOR EACH ROW WHEN (CURRENT_USER = 'daytwo_operator'::name) EXECUTE FUNCTION app.audit_operator_change('tenant_id');
grant delete, insert, select, update on alert_pending to daytwo_operator;
grant delete, insert, select, update on alert_pending to daytwo_platform;

create view alerts_v_alert with (security_invoker=true) as
 SELECT a.tenant_id,
    a.id,
    a.condition,
    a.subject,
    a.severity,
    a.state,
    a.visible_to,
    a.detail,
    a.value,
    a.threshold,
    a.raised_at,
    a.resolved_at,
    o.id AS opening,
    o.at AS opened_at
   FROM alert a
     CROSS JOIN LATERAL ( SELECT h.id,
            h.at
           FROM alert_history h
          WHERE h.tenant_id = a.tenant_id AND h.alert_id = a.id AND (h.what = ANY (ARRAY['raised'::text, 'reopened'::text]))
          ORDER BY h.id DESC
         LIMIT 1) o;
grant select on alerts_v_alert to daytwo_app;
grant select on alerts_v_alert to daytwo_operator;
grant select on alerts_v_alert to daytwo_platform;

create table api_key (
  tenant_id uuid not null,
  id uuid not null,
  name text not null,
  prefix text not null,
  hash bytea not null, -- SHA-256 of the key; the key has 256 bits of entropy, so a slow hash adds nothing.
  scopes text[] not null,
  streams text[], -- Allowed streams; null is all, and an empty list cannot be stored.
  created_at timestamp with time zone not null default app.now(),
  expires_at timestamp with time zone,
  last_used_at timestamp with time zone,
  revoked_at timestamp with time zone,
  constraint api_key_pkey PRIMARY KEY (tenant_id, id),
  constraint api_key__hash UNIQUE (hash),
  constraint api_key_name_check CHECK (((length(name) >= 1) AND (length(name) <= 100))),
  constraint api_key_scopes_check CHECK ((cardinality(scopes) > 0)),
  constraint api_key_streams_check CHECK ((cardinality(streams) > 0)),
  constraint api_key_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenant(id)
);
create policy operator on api_key to daytwo_operator using (true);
create policy owner on api_key to daytwo_owner using (true);
create policy platform on api_key to daytwo_platform using (true);
create policy tenant on api_key to daytwo_app using ((tenant_id = ( SELECT app.tenant_id() AS tenant_id)));
CREATE TRIGGER audit_operator_change AFTER INSERT OR DELETE OR UPDATE ON api_key FOR EACH ROW WHEN (CURRENT_USER = 'daytwo_operator'::name) EXECUTE FUNCTION app.audit_operator_change('tenant_id');
CREATE TRIGGER tell_rights AFTER UPDATE OF revoked_at, expires_at ON api_key FOR EACH STATEMENT EXECUTE FUNCTION app.tell_rights();
grant delete, insert, select, update on api_key to daytwo_app;
grant delete, insert, select, update on api_key to daytwo_operator;
grant delete, insert, select, update on api_key to daytwo_platform;

-- Verified files of the archive. The manifest beside each file is the truth; these rows are for looking.
create table archive_file (
  tenant_id uuid not null,
  table_name text not null,
  day date not null,
  part integer not null,
  name text not null,
  row_count bigint not null,
  byte_count bigint not null,
  sha256 text not null,
  purged_count bigint not null default 0,
  verified_at timestamp with time zone not null default app.now(),
  constraint archive_file_pkey PRIMARY KEY (tenant_id, table_name, day, part)
);
create policy operator on archive_file to daytwo_operator using (true);
create policy owner on archive_file to daytwo_owner using (true);
create policy platform on archive_file to daytwo_platform using (true);
create policy tenant on archive_file to daytwo_app using ((tenant_id = ( SELECT app.tenant_id() AS tenant_id)));
CREATE TRIGGER audit_operator_change AFTER INSERT OR DELETE OR UPDATE ON archive_file FOR EACH ROW WHEN (CURRENT_USER = 'daytwo_operator'::name) EXECUTE FUNCTION app.audit_operator_change('tenant_id');
grant delete, insert, select, update on archive_file to daytwo_app;
grant delete, insert, select, update on archive_file to daytwo_operator;
grant delete, insert, select, update on archive_file to daytwo_platform;

-- A person's word on what caused an incident; deployment_id null says: no deployment of ours.
create table attribution_override (
  tenant_id uuid not null,
  incident_id bigint not null,
  deployment_id bigint,
  reason text not null,
  actor_name text not null,
  created_at timestamp with time zone not null default app.now(),
  constraint attribution_override_pkey PRIMARY KEY (tenant_id, incident_id),
  constraint attribution_override__deployment FOREIGN KEY (tenant_id, deployment_id) REFERENCES deployment_records(tenant_id, id) ON DELETE CASCADE,
  constraint attribution_override__incident FOREIGN KEY (tenant_id, incident_id) REFERENCES incidents(tenant_id, id) ON DELETE CASCADE
);
create policy operator on attribution_override to daytwo_operator using (true);
create policy owner on attribution_override to daytwo_owner using (true);
create policy platform on attribution_override to daytwo_platform using (true);
create policy tenant on attribution_override to daytwo_app using ((tenant_id = ( SELECT app.tenant_id() AS tenant_id)));
CREATE TRIGGER audit_operator_change AFTER INSERT OR DELETE OR UPDATE ON attribution_override FOR EACH ROW WHEN (CURRENT_USER = 'daytwo_operator'::name) EXECUTE FUNCTION app.audit_operator_change('tenant_id');
grant delete, insert, select, update on attribution_override to daytwo_app;
grant delete, insert, select, update on attribution_override to daytwo_operator;
grant delete, insert, select, update on attribution_override to daytwo_platform;

create table audit_anomaly (
  tenant_id uuid not null,
  id uuid not null,
  day date not null,
  rule text not null,
  severity text not null,
  subject text not null,
  detail text not null,
  count bigint not null,
  evidence bigint[] not null, -- Places (seq) in the chain of events that show it.
  found_at timestamp with time zone not null default app.now(),
  acknowledged_at timestamp with time zone,
  acknowledged_by text,
  note text,
  constraint audit_anomaly_pkey PRIMARY KEY (tenant_id, id),
  constraint audit_anomaly__found UNIQUE (tenant_id, day, rule, subject),
  constraint audit_anomaly_severity_check CHECK ((severity = ANY (ARRAY['LOW'::text, 'MEDIUM'::text, 'HIGH'::text, 'CRITICAL'::text])))
);
CREATE INDEX audit_anomaly__open ON public.audit_anomaly USING btree (tenant_id, id) WHERE (acknowledged_at IS NULL);
create policy operator on audit_anomaly to daytwo_operator using (true);
create policy owner on audit_anomaly to daytwo_owner using (true);
create policy platform on audit_anomaly to daytwo_platform using (true);
create policy tenant on audit_anomaly to daytwo_app using ((tenant_id = ( SELECT app.tenant_id() AS tenant_id)));
CREATE TRIGGER audit_operator_change AFTER INSERT OR DELETE OR UPDATE ON audit_anomaly FOR EACH ROW WHEN (CURRENT_USER = 'daytwo_operator'::name) EXECUTE FUNCTION app.audit_operator_change('tenant_id');
grant delete, insert, select, update on audit_anomaly to daytwo_app;
grant delete, insert, select, update on audit_anomaly to daytwo_operator;
grant delete, insert, select, update on audit_anomaly to daytwo_platform;

-- The newest link of each tenant's chain. Written by the trigger on audit_events alone.
create table audit_chain (
  tenant_id uuid not null,
  seq bigint not null,
  hash bytea not null,
  constraint audit_chain_pkey PRIMARY KEY (tenant_id)
);
create policy operator on audit_chain to daytwo_operator using (true);
create policy owner on audit_chain to daytwo_owner using (true);
create policy platform on audit_chain to daytwo_platform using (true);
create policy tenant on audit_chain to daytwo_app using ((tenant_id = ( SELECT app.tenant_id() AS tenant_id)));
grant select on audit_chain to daytwo_app;
grant select on audit_chain to daytwo_operator;
grant select on audit_chain to daytwo_platform;

-- Copies lie in the archive, so that a chain and checkpoints that were both rewritten are found.
create table audit_checkpoint (
  tenant_id uuid not null,
  seq bigint not null,
  kind text not null,
  hash bytea not null,
  at timestamp with time zone not null,
  signature bytea not null,
  copied_at timestamp with time zone,
  constraint audit_checkpoint_pkey PRIMARY KEY (tenant_id, seq, kind),
  constraint audit_checkpoint_kind_check CHECK ((kind = ANY (ARRAY['daily'::text, 'purge'::text]))),
  constraint audit_checkpoint_seq_check CHECK ((seq > 0))
);
create policy operator on audit_checkpoint to daytwo_operator using (true);
create policy owner on audit_checkpoint to daytwo_owner using (true);
create policy platform on audit_checkpoint to daytwo_platform using (true);
create policy tenant on audit_checkpoint to daytwo_app using ((tenant_id = ( SELECT app.tenant_id() AS tenant_id)));
grant select on audit_checkpoint to daytwo_app;
grant select on audit_checkpoint to daytwo_operator;
grant insert, select on audit_checkpoint to daytwo_platform;

-- Who changed what, with before and after. Append-only for every role.
create table audit_events (
  tenant_id uuid not null,
  id bigint not null generated always as identity,
  module text not null,
  action text not null,
  created_at timestamp with time zone not null default app.audit_now(),
  actor_type text not null,
  actor_id text not null,
  actor_name text not null,
  subject text not null,
  delta jsonb not null default '{}'::jsonb,
  request_id text,
  seq bigint, -- Place in the tenant's chain, without gaps; given at commit.
  hash bytea, -- SHA-256 over the hash of the event before it and this row; see app.audit_hash.
  constraint audit_events_pkey PRIMARY KEY (tenant_id, id),
  constraint chain TRIGGER DEFERRABLE INITIALLY DEFERRED
);
CREATE INDEX audit_events__action ON public.audit_events USING btree (tenant_id, action, created_at DESC, id DESC);
CREATE INDEX audit_events__actor ON public.audit_events USING btree (tenant_id, actor_id, created_at DESC, id DESC);
CREATE INDEX audit_events__created_at ON public.audit_events USING btree (tenant_id, created_at DESC, id DESC);
CREATE INDEX audit_events__module ON public.audit_events USING btree (tenant_id, module, created_at DESC, id DESC);
CREATE UNIQUE INDEX audit_events__seq ON public.audit_events USING btree (tenant_id, seq);
CREATE INDEX audit_events__subject ON public.audit_events USING btree (tenant_id, subject, created_at DESC, id DESC);
create policy operator on audit_events to daytwo_operator using (true);
create policy owner on audit_events to daytwo_owner using (true);
create policy platform on audit_events to daytwo_platform using (true);
create policy tenant on audit_events to daytwo_app using ((tenant_id = ( SELECT app.tenant_id() AS tenant_id)));
CREATE CONSTRAINT TRIGGER chain AFTER INSERT ON audit_events DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION app.chain_audit_event();
CREATE TRIGGER tell_topics AFTER INSERT ON audit_events REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION app.tell_topics('module');
grant select on audit_events to daytwo_app;
grant select on audit_events to daytwo_operator;
grant select on audit_events to daytwo_platform;

create table audit_log_position (
  tenant_id uuid not null,
  seq bigint not null,
  constraint audit_log_position_pkey PRIMARY KEY (tenant_id)
);
create policy operator on audit_log_position to daytwo_operator using (true);
create policy owner on audit_log_position to daytwo_owner using (true);
create policy platform on audit_log_position to daytwo_platform using (true);
create policy tenant on audit_log_position to daytwo_app using ((tenant_id = ( SELECT app.tenant_id() AS tenant_id)));
CREATE TRIGGER audit_operator_change AFTER INSERT OR DELETE OR UPDATE ON audit_log_position FOR EACH ROW WHEN (CURRENT_USER = 'daytwo_operator'::name) EXECUTE FUNCTION app.audit_operator_change('tenant_id');
grant delete, insert, select, update on audit_log_position to daytwo_app;
grant delete, insert, select, update on audit_log_position to daytwo_operator;
grant delete, insert, select, update on audit_log_position to daytwo_platform;

-- How the last verification of each chain ended. Faults stay until one of the whole chain finds none.
create table audit_verification (
  tenant_id uuid not null,
  verified_at timestamp with time zone not null,
  whole boolean not null,
  events bigint not null,
  upto_seq bigint not null,
  faults jsonb not null,
  constraint audit_verification_pkey PRIMARY KEY (tenant_id)
);
create policy operator on audit_verification to daytwo_operator using (true);
create policy owner on audit_verification to daytwo_owner using (true);
create policy platform on audit_verification to daytwo_platform using (true);
create policy tenant on audit_verification to daytwo_app using ((tenant_id = ( SELECT app.tenant_id() AS tenant_id)));
CREATE TRIGGER audit_operator_change AFTER INSERT OR DELETE OR UPDATE ON audit_verification FOR EACH ROW WHEN (CURRENT_USER = 'daytwo_operator'::name) EXECUTE FUNCTION app.audit_operator_change('tenant_id');
grant delete, insert, select, update on audit_verification to daytwo_app;
grant delete, insert, select, update on audit_verification to daytwo_operator;
grant delete, insert, select, update on audit_verification to daytwo_platform;

-- Each commit once, at the first counted deployment that contains it. Negative lead_seconds are kept, counted and left out of metrics.
create table changes (
  tenant_id uuid not null,
  repository text not null,
  sha text not null,
  deployment_id bigint not null,
  committed_at timestamp with time zone not null,
  clock text not null,
  pr_number integer,
  lead_seconds integer not null,
  coding_seconds integer,
  pickup_seconds integer,
  review_seconds integer,
  deploy_seconds integer,
  ticketed boolean not null default false,
  origin text not null,
  derived_at timestamp with time zone not null default app.now(),
  constraint changes_pkey PRIMARY KEY (tenant_id, repository, sha),
  constraint changes__deployment FOREIGN KEY (tenant_id, deployment_id) REFERENCES deployment_records(tenant_id, id) ON DELETE CASCADE,
  constraint changes_clock_check CHECK ((clock = ANY (ARRAY['committed'::text, 'pr_first_commit'::text]))),
  constraint changes_origin_check CHECK ((origin = ANY (ARRAY['derived'::text, 'git'::text])))
);
CREATE INDEX changes__deployment_id ON public.changes USING btree (tenant_id, deployment_id);
CREATE INDEX changes__sha ON public.changes USING btree (tenant_id, sha COLLATE "C");
create policy operator on changes to daytwo_operator using (true);
create policy owner on changes to daytwo_owner using (true);
create policy platform on changes to daytwo_platform using (true);
create policy tenant on changes to daytwo_app using ((tenant_id = ( SELECT app.tenant_id() AS tenant_id)));
CREATE TRIGGER audit_operator_change AFTER INSERT OR DELETE OR UPDATE ON changes FOR EACH ROW WHEN (CURRENT_USER = 'daytwo_operator'::name) EXECUTE FUNCTION app.audit_operator_change('tenant_id');
grant delete, insert, select, update on changes to daytwo_app;
grant delete, insert, select, update on changes to daytwo_operator;
grant delete, insert, select, update on changes to daytwo_platform;

create table commits (
  tenant_id uuid not null,
  repository text not null,
  sha text not null,
  parents text[] not null default '{}'::text[], -- As far as known: from a push, the commit before it in the push, or the push's before.
  committed_at timestamp with time zone not null,
  reverts text, -- Commit that this one says it reverts.
  pr_number integer,
  ticket_keys text[] not null default '{}'::text[],
  recorded_at timestamp with time zone not null default app.now(),
  sealed boolean not null default false, -- Shipped by a deployment that is purged: no change of any other.
  constraint commits_pkey PRIMARY KEY (tenant_id, repository, sha)
);
CREATE INDEX commits__pr_number ON public.commits USING btree (tenant_id, repository, pr_number) WHERE (pr_number IS NOT NULL);
CREATE INDEX commits__recorded_at ON public.commits USING btree (tenant_id, recorded_at);
create policy operator on commits to daytwo_operator using (true);
create policy owner on commits to daytwo_owner using (true);
create policy platform on commits to daytwo_platform using (true);
create policy tenant on commits to daytwo_app using ((tenant_id = ( SELECT app.tenant_id() AS tenant_id)));
CREATE TRIGGER audit_operator_change AFTER INSERT OR DELETE OR UPDATE ON commits FOR EACH ROW WHEN (CURRENT_USER = 'daytwo_operator'::name) EXECUTE FUNCTION app.audit_operator_change('tenant_id');
grant delete, insert, select, update on commits to daytwo_app;
grant delete, insert, select, update on commits to daytwo_operator;
grant delete, insert, select, update on commits to daytwo_platform;

create table connection (
  tenant_id uuid not null,
  id uuid not null,
  source text not null,
  name text not null,
  secret bytea not null, -- AES-256-GCM under the instance key, bound to the connection id.
  previous_secret bytea,
  previous_valid_until timestamp with time zone,
  created_at timestamp with time zone not null default app.now(),
  disabled_at timestamp with time zone,
  event_source text, -- What event_queue.event_source says of its events; only of the kind `events`, whose source has no name of its own.
  constraint connection_pkey PRIMARY KEY (tenant_id, id),
  constraint connection__id UNIQUE (id),
  constraint connection__named CHECK (((source = 'events'::text) = (event_source IS NOT NULL))),
  constraint connection_event_source_check CHECK ((event_source ~ '^[a-z][a-z0-9-]{1,39}$'::text)),
  constraint connection_name_check CHECK (((length(name) >= 1) AND (length(name) <= 100))),
  constraint connection_source_check CHECK ((source = ANY (ARRAY['github'::text, 'jira'::text, 'events'::text]))),
  constraint connection_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenant(id)
);
CREATE UNIQUE INDEX connection__event_source ON public.connection USING btree (tenant_id, event_source) WHERE (disabled_at IS NULL);
create policy operator on connection to daytwo_operator using (true);
create policy owner on connection to daytwo_owner using (true);
create policy platform on connection to daytwo_platform using (true);
create policy tenant on connection to daytwo_app using ((tenant_id = ( SELECT app.tenant_id() AS tenant_id)));
CREATE TRIGGER audit_operator_change AFTER INSERT OR DELETE OR UPDATE ON connection FOR EACH ROW WHEN (CURRENT_USER = 'daytwo_operator'::name) EXECUTE FUNCTION app.audit_operator_change('tenant_id');
grant delete, insert, select, update on connection to daytwo_app;
grant delete, insert, select, update on connection to daytwo_operator;
grant delete, insert, select, update on connection to daytwo_platform;

-- The strongest lag of a measure of stream_a against one of stream_b. Says what moves together, not what causes what.
create table cross_stream_correlation (
  tenant_id uuid not null,
  stream_a text not null,
  stream_b text not null,
  measure_a text not null,
  measure_b text not null,
  place integer not null, -- From 1, the most striking first.
  lag integer not null, -- Weeks from a to b: positive where a moves first.
  coefficient double precision not null, -- Spearman's, of week-to-week changes.
  n integer not null, -- Changes that both have.
  effective_n double precision not null, -- How many independent changes they are worth.
  p double precision not null,
  q double precision not null, -- Benjamini–Hochberg over all tests of the run.
  lag_coefficients double precision[] not null, -- From four weeks before to four weeks after; null where data did not suffice. lag_q likewise.
  lag_q double precision[] not null,
  constraint cross_stream_correlation_pkey PRIMARY KEY (tenant_id, stream_a, stream_b, measure_a, measure_b),
  constraint cross_stream_correlation__place UNIQUE (tenant_id, place)
);
CREATE INDEX cross_stream_correlation__stream_b ON public.cross_stream_correlation USING btree (tenant_id, stream_b);
create policy operator on cross_stream_correlation to daytwo_operator using (true);
create policy owner on cross_stream_correlation to daytwo_owner using (true);
create policy platform on cross_stream_correlation to daytwo_platform using (true);
create policy tenant on cross_stream_correlation to daytwo_app using ((tenant_id = ( SELECT app.tenant_id() AS tenant_id)));
CREATE TRIGGER audit_operator_change AFTER INSERT OR DELETE OR UPDATE ON cross_stream_correlation FOR EACH ROW WHEN (CURRENT_USER = 'daytwo_operator'::name) EXECUTE FUNCTION app.audit_operator_change('tenant_id');
grant delete, insert, select, update on cross_stream_correlation to daytwo_app;
grant delete, insert, select, update on cross_stream_correlation to daytwo_operator;
grant delete, insert, select, update on cross_stream_correlation to daytwo_platform;

create table cross_stream_run (
  tenant_id uuid not null,
  digest text not null, -- SHA-256 of everything the figures follow from: equal inputs are not computed again.
  definition text not null,
  computed_at timestamp with time zone not null, -- When its inputs were read; one with older inputs never replaces it.
  first_week date not null, -- Monday of the first of `weeks` full ISO weeks of the time zone.
  weeks integer not null,
  time_zone text not null,
  streams integer not null,
  pairs integer not null,
  tests integer not null,
  insufficient integer not null, -- Measures of pairs for which no lag had enough data.
  pairs_sharing integer not null, -- Pairs left out because both streams own one source.
  pairs_beyond integer not null, -- Pairs left out because there were too many; those of which least is known.
  constraint cross_stream_run_pkey PRIMARY KEY (tenant_id)
);
create policy operator on cross_stream_run to daytwo_operator using (true);
create policy owner on cross_stream_run to daytwo_owner using (true);
create policy platform on cross_stream_run to daytwo_platform using (true);
create policy tenant on cross_stream_run to daytwo_app using ((tenant_id = ( SELECT app.tenant_id() AS tenant_id)));
CREATE TRIGGER audit_operator_change AFTER INSERT OR DELETE OR UPDATE ON cross_stream_run FOR EACH ROW WHEN (CURRENT_USER = 'daytwo_operator'::name) EXECUTE FUNCTION app.audit_operator_change('tenant_id');
grant delete, insert, select, update on cross_stream_run to daytwo_app;
grant delete, insert, select, update on cross_stream_run to daytwo_operator;
grant delete, insert, select, update on cross_stream_run to daytwo_platform;

create table cross_stream_series (
  tenant_id uuid not null,
  stream_id text not null,
  measure text not null,
  points double precision[] not null, -- A value a week of the run, null where there is none.
  constraint cross_stream_series_pkey PRIMARY KEY (tenant_id, stream_id, measure)
);
create policy operator on cross_stream_series to daytwo_operator using (true);
create policy owner on cross_stream_series to daytwo_owner using (true);
create policy platform on cross_stream_series to daytwo_platform using (true);
create policy tenant on cross_stream_series to daytwo_app using ((tenant_id = ( SELECT app.tenant_id() AS tenant_id)));
CREATE TRIGGER audit_operator_change AFTER INSERT OR DELETE OR UPDATE ON cross_stream_series FOR EACH ROW WHEN (CURRENT_USER = 'daytwo_operator'::name) EXECUTE FUNCTION app.audit_operator_change('tenant_id');
grant delete, insert, select, update on cross_stream_series to daytwo_app;
grant delete, insert, select, update on cross_stream_series to daytwo_operator;
grant delete, insert, select, update on cross_stream_series to daytwo_platform;

create table database_sample (
  sampled_at timestamp with time zone not null,
  wal_bytes bigint not null, -- Position in the write-ahead log: differences are what was written.
  database_bytes bigint not null,
  constraint database_sample_pkey PRIMARY KEY (sampled_at)
);
CREATE TRIGGER audit_operator_change AFTER INSERT OR DELETE OR UPDATE ON database_sample FOR EACH ROW WHEN (CURRENT_USER = 'daytwo_operator'::name) EXECUTE FUNCTION app.audit_operator_change('tenant_id');
grant delete, insert, select, update on database_sample to daytwo_operator;
grant delete, insert, select, update on database_sample to daytwo_platform;

create view delivery_v_attribution_override with (security_invoker=true) as
 SELECT tenant_id,
    incident_id,
    deployment_id,
    reason,
    actor_name,
    created_at
   FROM attribution_override;
grant select on delivery_v_attribution_override to daytwo_app;
grant select on delivery_v_attribution_override to daytwo_operator;
grant select on delivery_v_attribution_override to daytwo_platform;

create view delivery_v_change with (security_invoker=true) as
 SELECT tenant_id,
    repository,
    sha,
    deployment_id,
    committed_at,
    clock,
    pr_number,
    lead_seconds,
    coding_seconds,
    pickup_seconds,
    review_seconds,
    deploy_seconds,
    ticketed,
    origin,
    derived_at
   FROM changes;
grant select on delivery_v_change to daytwo_app;
grant select on delivery_v_change to daytwo_operator;
grant select on delivery_v_change to daytwo_platform;

create view delivery_v_deployment with (security_invoker=true) as
 SELECT tenant_id,
    id,
    source,
    external_id,
    repository,
    service,
    environment,
    sha,
    ref,
    url,
    status,
    created_at,
    finished_at,
    failed_at,
    counted,
    counted_at,
    ticket_links,
    rework_reason,
    recorded_at,
    sealed,
    derived_at
   FROM deployment_records;
grant select on delivery_v_deployment to daytwo_app;
grant select on delivery_v_deployment to daytwo_operator;
grant select on delivery_v_deployment to daytwo_platform;

create view delivery_v_deployment_stream with (security_invoker=true) as
 SELECT d.tenant_id,
    s.stream_id,
    d.id AS deployment_id
   FROM deployment_records d
     JOIN stream_source s ON s.tenant_id = d.tenant_id AND (s.kind = 'repository'::text AND s.value = d.repository OR s.kind = 'service'::text AND s.value = d.service)
  WHERE d.counted
UNION
 SELECT c.tenant_id,
    p.stream_id,
    c.deployment_id
   FROM changes c
     JOIN pr_streams p ON p.tenant_id = c.tenant_id AND p.repository = c.repository AND p.pr_number = c.pr_number;
grant select on delivery_v_deployment_stream to daytwo_app;
grant select on delivery_v_deployment_stream to daytwo_operator;
grant select on delivery_v_deployment_stream to daytwo_platform;

create view delivery_v_failure with (security_invoker=true) as
 SELECT tenant_id,
    deployment_id,
    cause,
    cause_key,
    recovered_at,
    method,
    confidence,
    evidence,
    derived_at
   FROM deployment_failures;
grant select on delivery_v_failure to daytwo_app;
grant select on delivery_v_failure to daytwo_operator;
grant select on delivery_v_failure to daytwo_platform;

create view delivery_v_failure_past with (security_invoker=true) as
 SELECT tenant_id,
    id,
    deployment_id,
    cause,
    cause_key,
    recovered_at,
    method,
    confidence,
    evidence,
    derived_at,
    replaced_at
   FROM deployment_failure_past;
grant select on delivery_v_failure_past to daytwo_app;
grant select on delivery_v_failure_past to daytwo_operator;
grant select on delivery_v_failure_past to daytwo_platform;

create view delivery_v_incident with (security_invoker=true) as
 SELECT tenant_id,
    id,
    source,
    incident_key,
    title,
    severity,
    repository,
    service,
    project_key,
    deployment_sha,
    url,
    started_at,
    resolved_at,
    withdrawn,
    deployment_id,
    method,
    confidence,
    evidence,
    sealed,
    derived_at
   FROM incidents;
grant select on delivery_v_incident to daytwo_app;
grant select on delivery_v_incident to daytwo_operator;
grant select on delivery_v_incident to daytwo_platform;

create view delivery_v_pr_stream with (security_invoker=true) as
 SELECT tenant_id,
    repository,
    pr_number,
    stream_id,
    ticket_key
   FROM pr_streams;
grant select on delivery_v_pr_stream to daytwo_app;
grant select on delivery_v_pr_stream to daytwo_operator;
grant select on delivery_v_pr_stream to daytwo_platform;

create view delivery_v_stream with (security_invoker=true) as
 SELECT tenant_id,
    id,
    kind,
    name,
    created_at
   FROM stream;
grant select on delivery_v_stream to daytwo_app;
grant select on delivery_v_stream to daytwo_operator;
grant select on delivery_v_stream to daytwo_platform;

create view delivery_v_stream_source with (security_invoker=true) as
 SELECT tenant_id,
    stream_id,
    kind,
    value
   FROM stream_source;
grant select on delivery_v_stream_source to daytwo_app;
grant select on delivery_v_stream_source to daytwo_operator;
grant select on delivery_v_stream_source to daytwo_platform;

create view delivery_v_work_item_event with (security_invoker=true) as
 SELECT tenant_id,
    id,
    source,
    external_id,
    item_key,
    project_key,
    item_type,
    action,
    field,
    from_value,
    to_value,
    points,
    occurred_at,
    recorded_at
   FROM work_item_events;
grant select on delivery_v_work_item_event to daytwo_app;
grant select on delivery_v_work_item_event to daytwo_operator;
grant select on delivery_v_work_item_event to daytwo_platform;

-- Rows of deployment_failures that were replaced or deleted, written by the statement that did so; they go with their deployment.
create table deployment_failure_past (
  tenant_id uuid not null,
  id bigint not null generated always as identity,
  deployment_id bigint not null,
  cause text not null,
  cause_key text not null,
  recovered_at timestamp with time zone,
  method text not null,
  confidence real not null,
  evidence jsonb not null default '{}'::jsonb,
  derived_at timestamp with time zone not null,
  replaced_at timestamp with time zone not null default app.now(),
  constraint deployment_failure_past_pkey PRIMARY KEY (tenant_id, id),
  constraint deployment_failure_past__deployment FOREIGN KEY (tenant_id, deployment_id) REFERENCES deployment_records(tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX deployment_failure_past__deployment_id ON public.deployment_failure_past USING btree (tenant_id, deployment_id);
create policy operator on deployment_failure_past to daytwo_operator using (true);
create policy owner on deployment_failure_past to daytwo_owner using (true);
create policy platform on deployment_failure_past to daytwo_platform using (true);
create policy tenant on deployment_failure_past to daytwo_app using ((tenant_id = ( SELECT app.tenant_id() AS tenant_id)));
CREATE TRIGGER audit_operator_change AFTER INSERT OR DELETE OR UPDATE ON deployment_failure_past FOR EACH ROW WHEN (CURRENT_USER = 'daytwo_operator'::name) EXECUTE FUNCTION app.audit_operator_change('tenant_id');
grant delete, insert, select, update on deployment_failure_past to daytwo_app;
grant delete, insert, select, update on deployment_failure_past to daytwo_operator;
grant delete, insert, select, update on deployment_failure_past to daytwo_platform;

-- Why a deployment needed remediation; a deployment with several causes failed once.
create table deployment_failures (
  tenant_id uuid not null,
  deployment_id bigint not null,
  cause text not null,
  cause_key text not null,
  recovered_at timestamp with time zone,
  method text not null,
  confidence real not null,
  evidence jsonb not null default '{}'::jsonb,
  derived_at timestamp with time zone not null default app.now(), -- When this row was last written; what it said before is in deployment_failure_past.
  constraint deployment_failures_pkey PRIMARY KEY (tenant_id, deployment_id, cause, cause_key),
  constraint deployment_failures__deployment FOREIGN KEY (tenant_id, deployment_id) REFERENCES deployment_records(tenant_id, id) ON DELETE CASCADE,
  constraint deployment_failures_cause_check CHECK ((cause = ANY (ARRAY['incident'::text, 'rollback'::text, 'revert'::text, 'hotfix'::text])))
);
create policy operator on deployment_failures to daytwo_operator using (true);
create policy owner on deployment_failures to daytwo_owner using (true);
create policy platform on deployment_failures to daytwo_platform using (true);
create policy tenant on deployment_failures to daytwo_app using ((tenant_id = ( SELECT app.tenant_id() AS tenant_id)));
CREATE TRIGGER audit_operator_change AFTER INSERT OR DELETE OR UPDATE ON deployment_failures FOR EACH ROW WHEN (CURRENT_USER = 'daytwo_operator'::name) EXECUTE FUNCTION app.audit_operator_change('tenant_id');
grant delete, insert, select, update on deployment_failures to daytwo_app;
grant delete, insert, select, update on deployment_failures to daytwo_operator;
grant delete, insert, select, update on deployment_failures to daytwo_platform;

create table deployment_records (
  tenant_id uuid not null,
  id bigint not null generated always as identity,
  source text not null,
  external_id text not null,
  repository text not null,
  service text not null,
  environment text not null,
  sha text,
  ref text,
  url text,
  status text not null, -- success once any status said success; else failure once any said so; else pending. So order does not matter.
  created_at timestamp with time zone,
  finished_at timestamp with time zone, -- The earliest success.
  failed_at timestamp with time zone,
  counted boolean not null default false, -- Derived: a successful production deployment of the source this tenant counts.
  counted_at timestamp with time zone, -- Derived: finished_at as it was last derived, so that an earlier success heard of later re-opens both days; null when not counted.
  ticket_links text[] not null default '{}'::text[], -- Derived: `stream pr_number` of the pull requests that bring it into streams by ticket, as last derived.
  rework_reason text, -- Derived: why this deployment was unplanned repair (revert, hotfix, rollback, incident-fix, label); null when it was not.
  recorded_at timestamp with time zone not null default app.now(),
  sealed boolean not null default false, -- Facts that it was derived from are purged: whether it counts, its changes and its failures stay as they are.
  derived_at timestamp with time zone not null default app.now(), -- When what is derived of it (counted, rework_reason, ticket_links) last changed.
  constraint deployment_records_pkey PRIMARY KEY (tenant_id, id),
  constraint deployment_records__external_id UNIQUE (tenant_id, source, external_id),
  constraint deployment_records_source_check CHECK (((source = ANY (ARRAY['github.deployment'::text, 'github.release'::text, 'github.workflow_run'::text])) OR (source ~ '^[a-z][a-z0-9-]{1,39}$'::text))),
  constraint deployment_records_status_check CHECK ((status = ANY (ARRAY['pending'::text, 'success'::text, 'failure'::text])))
);
CREATE INDEX deployment_records__finished_at ON public.deployment_records USING btree (tenant_id, finished_at DESC, id DESC) WHERE counted;
CREATE INDEX deployment_records__recorded_at ON public.deployment_records USING btree (tenant_id, recorded_at);
CREATE INDEX deployment_records__repository ON public.deployment_records USING btree (tenant_id, repository, finished_at);
CREATE INDEX deployment_records__service ON public.deployment_records USING btree (tenant_id, service, finished_at) WHERE counted;
CREATE INDEX deployment_records__sha ON public.deployment_records USING btree (tenant_id, sha);
create policy operator on deployment_records to daytwo_operator using (true);
create policy owner on deployment_records to daytwo_owner using (true);
create policy platform on deployment_records to daytwo_platform using (true);
create policy tenant on deployment_records to daytwo_app using ((tenant_id = ( SELECT app.tenant_id() AS tenant_id)));
CREATE TRIGGER audit_operator_change AFTER INSERT OR DELETE OR UPDATE ON deployment_records FOR EACH ROW WHEN (CURRENT_USER = 'daytwo_operator'::name) EXECUTE FUNCTION app.audit_operator_change('tenant_id');
grant delete, insert, select, update on deployment_records to daytwo_app;
grant delete, insert, select, update on deployment_records to daytwo_operator;
grant delete, insert, select, update on deployment_records to daytwo_platform;

create table dial_allowance (
  tenant_id uuid not null,
  id uuid not null,
  target text not null,
  reason text not null,
  created_at timestamp with time zone not null default app.now(),
  created_by text not null,
  constraint dial_allowance_pkey PRIMARY KEY (tenant_id, id),
  constraint dial_allowance__id UNIQUE (id),
  constraint dial_allowance__target UNIQUE (tenant_id, target),
  constraint dial_allowance_target_check CHECK (((length(target) >= 1) AND (length(target) <= 300))),
  constraint dial_allowance_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenant(id)
);
create policy operator on dial_allowance to daytwo_operator using (true);
create policy owner on dial_allowance to daytwo_owner using (true);
create policy platform on dial_allowance to daytwo_platform using (true);
create policy tenant on dial_allowance to daytwo_app using ((tenant_id = ( SELECT app.tenant_id() AS tenant_id)));
CREATE TRIGGER audit_operator_change AFTER INSERT OR DELETE OR UPDATE ON dial_allowance FOR EACH ROW WHEN (CURRENT_USER = 'daytwo_operator'::name) EXECUTE FUNCTION app.audit_operator_change('tenant_id');
grant select on dial_allowance to daytwo_app;
grant delete, insert, select, update on dial_allowance to daytwo_operator;
grant delete, insert, select, update on dial_allowance to daytwo_platform;

create table domain_event (
  tenant_id uuid not null,
  id bigint not null generated always as identity,
  name text not null,
  payload jsonb not null,
  created_at timestamp with time zone not null default app.now(),
  constraint domain_event_pkey PRIMARY KEY (tenant_id, id)
);
CREATE INDEX domain_event__created_at ON public.domain_event USING btree (tenant_id, created_at);
create policy operator on domain_event to daytwo_operator using (true);
create policy owner on domain_event to daytwo_owner using (true);
create policy platform on domain_event to daytwo_platform using (true);
create policy tenant on domain_event to daytwo_app using ((tenant_id = ( SELECT app.tenant_id() AS tenant_id)));
CREATE TRIGGER audit_operator_change AFTER INSERT OR DELETE OR UPDATE ON domain_event FOR EACH ROW WHEN (CURRENT_USER = 'daytwo_operator'::name) EXECUTE FUNCTION app.audit_operator_change('tenant_id');
CREATE TRIGGER tell_topics AFTER INSERT ON domain_event REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION app.tell_topics('name');
grant delete, insert, select, update on domain_event to daytwo_app;
grant delete, insert, select, update on domain_event to daytwo_operator;
grant delete, insert, select, update on domain_event to daytwo_platform;

-- A day is a day of the tenant's time zone, by the deployment's finished_at; incidents, unresolved and restore_seconds by the incident's started_at. Stream `all` is the whole tenant. Days without facts have no row. Columns *_seconds hold ascending 4-byte integers (int4send) one after the other: read them with app.unpack_seconds.
create table dora_daily (
  tenant_id uuid not null,
  stream_id text not null,
  day date not null,
  definition text not null,
  deployments integer not null,
  deployments_with_changes integer not null, -- Deployments whose changes are known.
  failed integer not null,
  rework integer not null,
  ticketed integer not null,
  dropped_changes integer not null,
  unrecovered integer not null, -- Failed deployments without a recovery time; unrecovered_since is when the oldest of them finished.
  unrecovered_since timestamp with time zone,
  incidents integer not null,
  unresolved integer not null,
  unresolved_since timestamp with time zone,
  lead_seconds bytea storage external not null,
  coding_seconds bytea storage external not null,
  pickup_seconds bytea storage external not null,
  review_seconds bytea storage external not null,
  deploy_seconds bytea storage external not null,
  recovery_seconds bytea not null, -- Failed deployment recovery (2023): deployment finished to the last of its causes recovered.
  restore_seconds bytea not null, -- Time to restore (2021): incident started to resolved, whatever the cause.
  sealed boolean not null default false, -- The raw facts are purged: never recomputed.
  computed_at timestamp with time zone not null default app.now(), -- When this row last changed; a roll-up that finds it equal to the facts leaves it.
  constraint dora_daily_pkey PRIMARY KEY (tenant_id, stream_id, day)
);
create policy operator on dora_daily to daytwo_operator using (true);
create policy owner on dora_daily to daytwo_owner using (true);
create policy platform on dora_daily to daytwo_platform using (true);
create policy tenant on dora_daily to daytwo_app using ((tenant_id = ( SELECT app.tenant_id() AS tenant_id)));
CREATE TRIGGER audit_operator_change AFTER INSERT OR DELETE OR UPDATE ON dora_daily FOR EACH ROW WHEN (CURRENT_USER = 'daytwo_operator'::name) EXECUTE FUNCTION app.audit_operator_change('tenant_id');
grant delete, insert, select, update on dora_daily to daytwo_app;
grant delete, insert, select, update on dora_daily to daytwo_operator;
grant delete, insert, select, update on dora_daily to daytwo_platform;

-- Rows of dora_daily that were overwritten or deleted, written by the statement that did so: each was true from computed_at until before replaced_at. Kept for dora.history_days.
create table dora_daily_past (
  tenant_id uuid not null,
  stream_id text not null,
  day date not null,
  definition text not null,
  deployments integer not null,
  deployments_with_changes integer not null,
  failed integer not null,
  rework integer not null,
  ticketed integer not null,
  dropped_changes integer not null,
  unrecovered integer not null,
  unrecovered_since timestamp with time zone,
  incidents integer not null,
  unresolved integer not null,
  unresolved_since timestamp with time zone,
  lead_seconds bytea storage external not null,
  coding_seconds bytea storage external not null,
  pickup_seconds bytea storage external not null,
  review_seconds bytea storage external not null,
  deploy_seconds bytea storage external not null,
  recovery_seconds bytea not null,
  restore_seconds bytea not null,
  computed_at timestamp with time zone not null,
  replaced_at timestamp with time zone not null,
  constraint dora_daily_past_pkey PRIMARY KEY (tenant_id, stream_id, day, computed_at)
);
CREATE INDEX dora_daily_past__replaced_at ON public.dora_daily_past USING btree (tenant_id, replaced_at);
create policy operator on dora_daily_past to daytwo_operator using (true);
create policy owner on dora_daily_past to daytwo_owner using (true);
create policy platform on dora_daily_past to daytwo_platform using (true);
create policy tenant on dora_daily_past to daytwo_app using ((tenant_id = ( SELECT app.tenant_id() AS tenant_id)));
CREATE TRIGGER audit_operator_change AFTER INSERT OR DELETE OR UPDATE ON dora_daily_past FOR EACH ROW WHEN (CURRENT_USER = 'daytwo_operator'::name) EXECUTE FUNCTION app.audit_operator_change('tenant_id');
grant delete, insert, select, update on dora_daily_past to daytwo_app;
grant delete, insert, select, update on dora_daily_past to daytwo_operator;
grant delete, insert, select, update on dora_daily_past to daytwo_platform;

-- The earliest instant of which all roll-ups are still known; a tenant without a row: since it was made.
create table dora_history (
  tenant_id uuid not null,
  kept_from timestamp with time zone not null,
  constraint dora_history_pkey PRIMARY KEY (tenant_id)
);
create policy operator on dora_history to daytwo_operator using (true);
create policy owner on dora_history to daytwo_owner using (true);
create policy platform on dora_history to daytwo_platform using (true);
create policy tenant on dora_history to daytwo_app using ((tenant_id = ( SELECT app.tenant_id() AS tenant_id)));
CREATE TRIGGER audit_operator_change AFTER INSERT OR DELETE OR UPDATE ON dora_history FOR EACH ROW WHEN (CURRENT_USER = 'daytwo_operator'::name) EXECUTE FUNCTION app.audit_operator_change('tenant_id');
grant delete, insert, select, update on dora_history to daytwo_app;
grant delete, insert, select, update on dora_history to daytwo_operator;
grant delete, insert, select, update on dora_history to daytwo_platform;

create table dora_monthly (
  tenant_id uuid not null,
  stream_id text not null,
  month date not null,
  deployment_days bytea not null, -- Days with a deployment, packed like the seconds, counted from 1970-01-01.
  deployments integer not null,
  deployments_with_changes integer not null,
  failed integer not null,
  rework integer not null,
  ticketed integer not null,
  dropped_changes integer not null,
  unrecovered integer not null,
  unrecovered_since timestamp with time zone,
  incidents integer not null,
  unresolved integer not null,
  unresolved_since timestamp with time zone,
  lead_seconds bytea storage external not null, -- The days' packed seconds laid end to end: not in order.
  recovery_seconds bytea not null,
  restore_seconds bytea not null,
  computed_at timestamp with time zone not null,
  constraint dora_monthly_pkey PRIMARY KEY (tenant_id, stream_id, month)
);
create policy operator on dora_monthly to daytwo_operator using (true);
create policy owner on dora_monthly to daytwo_owner using (true);
create policy platform on dora_monthly to daytwo_platform using (true);
create policy tenant on dora_monthly to daytwo_app using ((tenant_id = ( SELECT app.tenant_id() AS tenant_id)));
CREATE TRIGGER audit_operator_change AFTER INSERT OR DELETE OR UPDATE ON dora_monthly FOR EACH ROW WHEN (CURRENT_USER = 'daytwo_operator'::name) EXECUTE FUNCTION app.audit_operator_change('tenant_id');
grant delete, insert, select, update on dora_monthly to daytwo_app;
grant delete, insert, select, update on dora_monthly to daytwo_operator;
grant delete, insert, select, update on dora_monthly to daytwo_platform;

create table dora_seal (
  tenant_id uuid not null,
  sealed_before date not null,
  constraint dora_seal_pkey PRIMARY KEY (tenant_id)
);
create policy operator on dora_seal to daytwo_operator using (true);
create policy owner on dora_seal to daytwo_owner using (true);
create policy platform on dora_seal to daytwo_platform using (true);
create policy tenant on dora_seal to daytwo_app using ((tenant_id = ( SELECT app.tenant_id() AS tenant_id)));
CREATE TRIGGER audit_operator_change AFTER INSERT OR DELETE OR UPDATE ON dora_seal FOR EACH ROW WHEN (CURRENT_USER = 'daytwo_operator'::name) EXECUTE FUNCTION app.audit_operator_change('tenant_id');
grant delete, insert, select, update on dora_seal to daytwo_app;
grant delete, insert, select, update on dora_seal to daytwo_operator;
grant delete, insert, select, update on dora_seal to daytwo_platform;

create table event_lineage (
  tenant_id uuid not null,
  event_id bigint not null,
  fact_table text not null,
  fact_id text not null,
  constraint event_lineage_pkey PRIMARY KEY (tenant_id, event_id, fact_table, fact_id)
);
CREATE INDEX event_lineage__fact ON public.event_lineage USING btree (tenant_id, fact_table, fact_id);
create policy operator on event_lineage to daytwo_operator using (true);
create policy owner on event_lineage to daytwo_owner using (true);
create policy platform on event_lineage to daytwo_platform using (true);
create policy tenant on event_lineage to daytwo_app using ((tenant_id = ( SELECT app.tenant_id() AS tenant_id)));
CREATE TRIGGER audit_operator_change AFTER INSERT OR DELETE OR UPDATE ON event_lineage FOR EACH ROW WHEN (CURRENT_USER = 'daytwo_operator'::name) EXECUTE FUNCTION app.audit_operator_change('tenant_id');
grant delete, insert, select, update on event_lineage to daytwo_app;
grant delete, insert, select, update on event_lineage to daytwo_operator;
grant delete, insert, select, update on event_lineage to daytwo_platform;

create table event_queue (
  tenant_id uuid not null,
  id bigint not null generated always as identity,
  event_source text not null,
  event_type text not null,
  delivery_id text not null,
  connection_id uuid,
  content_type text not null,
  segment_id uuid not null,
  payload_offset integer not null,
  payload_length integer not null,
  status text not null default 'pending'::text,
  outcome text,
  attempt_count integer not null default 0,
  last_error text,
  error_class text,
  enqueued_at timestamp with time zone not null default app.now(),
  due_at timestamp with time zone not null default app.now(),
  lease_owner uuid,
  finished_at timestamp with time zone,
  request_id text,
  requeued_count integer not null default 0,
  origin text, -- Null: the sender sent it. delivery: fetched from the sender's own log of deliveries. poll: made here from what its API told.
  constraint event_queue_pkey PRIMARY KEY (tenant_id, id),
  constraint event_queue__delivery_id UNIQUE (tenant_id, event_source, delivery_id),
  constraint event_queue_origin_check CHECK ((origin = ANY (ARRAY['delivery'::text, 'poll'::text]))),
  constraint event_queue_status_check CHECK ((status = ANY (ARRAY['pending'::text, 'processing'::text, 'completed'::text, 'dead_lettered'::text])))
);
CREATE INDEX event_queue__dead ON public.event_queue USING btree (tenant_id, id) WHERE ((finished_at IS NOT NULL) AND (error_class IS NOT NULL));
CREATE INDEX event_queue__enqueued_at ON public.event_queue USING brin (enqueued_at) WITH (pages_per_range='32', autosummarize='on');
CREATE INDEX event_queue__error_class ON public.event_queue USING btree (tenant_id, error_class, id) WHERE ((finished_at IS NOT NULL) AND (error_class IS NOT NULL));
CREATE INDEX event_queue__open ON public.event_queue USING btree (tenant_id, due_at, id) WHERE (finished_at IS NULL);
CREATE INDEX event_queue__tried ON public.event_queue USING btree (due_at, id) WHERE ((finished_at IS NULL) AND (error_class IS NOT NULL));
create policy operator on event_queue to daytwo_operator using (true);
create policy owner on event_queue to daytwo_owner using (true);
create policy platform on event_queue to daytwo_platform using (true);
create policy tenant on event_queue to daytwo_app using ((tenant_id = ( SELECT app.tenant_id() AS tenant_id)));
CREATE TRIGGER audit_operator_change AFTER INSERT OR DELETE OR UPDATE ON event_queue FOR EACH ROW WHEN (CURRENT_USER = 'daytwo_operator'::name) EXECUTE FUNCTION app.audit_operator_change('tenant_id');
CREATE TRIGGER finish BEFORE UPDATE OF status ON event_queue FOR EACH ROW WHEN ((new.status = ANY (ARRAY['completed'::text, 'dead_lettered'::text])) AND new.finished_at IS NULL) EXECUTE FUNCTION app.finish();
CREATE TRIGGER requeue BEFORE UPDATE OF status ON event_queue FOR EACH ROW WHEN (new.status = 'pending'::text AND (old.status = ANY (ARRAY['completed'::text, 'dead_lettered'::text]))) EXECUTE FUNCTION app.requeue();
CREATE TRIGGER wake AFTER INSERT ON event_queue FOR EACH STATEMENT EXECUTE FUNCTION app.wake();
grant delete, insert, select, update on event_queue to daytwo_app;
grant delete, insert, select, update on event_queue to daytwo_operator;
grant delete, insert, select, update on event_queue to daytwo_platform;

create view flow_v_work_item with (security_invoker=true) as
 SELECT tenant_id,
    source,
    item_key,
    project_key,
    source_value,
    item_type,
    created_at,
    started_at,
    finished_at,
    reopened,
    points,
    status,
    status_category,
    sealed_history IS NOT NULL AS sealed
   FROM work_items w
  WHERE deleted_at IS NULL;
grant select on flow_v_work_item to daytwo_app;
grant select on flow_v_work_item to daytwo_operator;
grant select on flow_v_work_item to daytwo_platform;

-- One a stream, question and day, as of the day's first instant: made_on is the first day that is counted. Stream `all` is the whole tenant.
create table forecast (
  tenant_id uuid not null,
  id bigint not null generated always as identity,
  stream_id text not null,
  kind text not null,
  made_on date not null,
  horizon_days integer not null, -- how_many: days that are counted; when: 0, until the items that are open are finished.
  made_at timestamp with time zone not null default app.now(),
  definition text not null,
  history_from date not null,
  history_to date not null,
  samples integer not null,
  finished integer not null,
  method text not null,
  seed bigint,
  target_items integer,
  target_day date,
  p50 integer,
  p85 integer, -- when: with 85 % confidence within so many days; how_many: with 85 % confidence at least so many items. Null: beyond the longest walk.
  p95 integer,
  outcomes integer[] not null, -- The same at 5 %, 10 % … 95 %.
  capped_share double precision not null, -- Share of walks that came to no end within 3650 days.
  low_confidence boolean not null,
  due_on date, -- After this day it is judged, whatever came: the target's day, or the day of P95. Null: never.
  outcome integer, -- What came: when: days, how_many: items.
  outcome_on date,
  censored boolean not null default false, -- Past P95 and still not finished: counts as not covered, its loss is not known yet.
  loss_p50 double precision,
  loss_p85 double precision, -- Pinball loss of p85 in days (when) or items (how_many).
  loss_p95 double precision,
  scored_at timestamp with time zone,
  settled boolean not null default false, -- The outcome is a week old and is not looked at again.
  scope text, -- Digest of the stream's sources of work items when it was made; null where that was not kept.
  void boolean not null default false, -- The stream had other sources before it could be judged; settled without an outcome.
  constraint forecast_pkey PRIMARY KEY (tenant_id, id),
  constraint forecast__natural UNIQUE (tenant_id, stream_id, made_on, kind, horizon_days),
  constraint forecast__target CHECK ((((kind = 'when'::text) = (target_items IS NOT NULL)) AND ((kind = 'how_many'::text) = (target_day IS NOT NULL)))),
  constraint forecast_kind_check CHECK ((kind = ANY (ARRAY['when'::text, 'how_many'::text]))),
  constraint forecast_method_check CHECK ((method = ANY (ARRAY['exact'::text, 'simulated'::text])))
);
CREATE INDEX forecast__made_at ON public.forecast USING btree (tenant_id, made_at);
CREATE INDEX forecast__unsettled ON public.forecast USING btree (tenant_id, stream_id, made_on) WHERE (NOT settled);
create policy operator on forecast to daytwo_operator using (true);
create policy owner on forecast to daytwo_owner using (true);
create policy platform on forecast to daytwo_platform using (true);
create policy tenant on forecast to daytwo_app using ((tenant_id = ( SELECT app.tenant_id() AS tenant_id)));
CREATE TRIGGER audit_operator_change AFTER INSERT OR DELETE OR UPDATE ON forecast FOR EACH ROW WHEN (CURRENT_USER = 'daytwo_operator'::name) EXECUTE FUNCTION app.audit_operator_change('tenant_id');
grant delete, insert, select, update on forecast to daytwo_app;
grant delete, insert, select, update on forecast to daytwo_operator;
grant delete, insert, select, update on forecast to daytwo_platform;

-- For the one person who gave it, an hour at most; ended, its row is gone and the token given back.
create table github_authorization (
  tenant_id uuid not null,
  id uuid not null,
  person_id uuid not null,
  login text not null,
  sees_private boolean not null,
  sealed_token bytea not null, -- AES-256-GCM under the instance key, bound to the id.
  created_at timestamp with time zone not null default app.now(),
  expires_at timestamp with time zone not null,
  constraint github_authorization_pkey PRIMARY KEY (tenant_id, id),
  constraint github_authorization_login_check CHECK (((length(login) >= 1) AND (length(login) <= 100))),
  constraint github_authorization_person_id_fkey FOREIGN KEY (person_id) REFERENCES person(id) ON DELETE CASCADE,
  constraint github_authorization_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenant(id)
);
CREATE INDEX github_authorization__expires_at ON public.github_authorization USING btree (expires_at);
CREATE INDEX github_authorization__person ON public.github_authorization USING btree (person_id);
create policy operator on github_authorization to daytwo_operator using (true);
create policy owner on github_authorization to daytwo_owner using (true);
create policy platform on github_authorization to daytwo_platform using (true);
create policy tenant on github_authorization to daytwo_app using ((tenant_id = ( SELECT app.tenant_id() AS tenant_id)));
CREATE TRIGGER audit_operator_change AFTER INSERT OR DELETE OR UPDATE ON github_authorization FOR EACH ROW WHEN (CURRENT_USER = 'daytwo_operator'::name) EXECUTE FUNCTION app.audit_operator_change('tenant_id');
grant delete, insert, select, update on github_authorization to daytwo_app;
grant delete, insert, select, update on github_authorization to daytwo_operator;
grant delete, insert, select, update on github_authorization to daytwo_platform;

-- Repositories whose webhooks were made from here.
create table github_repository (
  tenant_id uuid not null,
  key text not null default lower(name), -- GitHub does not tell upper from lower case.
  name text not null,
  hook_id bigint not null,
  address text not null, -- Where its webhook sends; of no use any more when the tenant has no such address.
  connected_at timestamp with time zone not null default app.now(),
  connected_by text not null,
  constraint github_repository_pkey PRIMARY KEY (tenant_id, key),
  constraint github_repository_name_check CHECK (((length(name) >= 3) AND (length(name) <= 201))),
  constraint github_repository_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenant(id)
);
create policy operator on github_repository to daytwo_operator using (true);
create policy owner on github_repository to daytwo_owner using (true);
create policy platform on github_repository to daytwo_platform using (true);
create policy tenant on github_repository to daytwo_app using ((tenant_id = ( SELECT app.tenant_id() AS tenant_id)));
CREATE TRIGGER audit_operator_change AFTER INSERT OR DELETE OR UPDATE ON github_repository FOR EACH ROW WHEN (CURRENT_USER = 'daytwo_operator'::name) EXECUTE FUNCTION app.audit_operator_change('tenant_id');
grant delete, insert, select, update on github_repository to daytwo_app;
grant delete, insert, select, update on github_repository to daytwo_operator;
grant delete, insert, select, update on github_repository to daytwo_platform;

-- Requests that carried an Idempotency-Key, for a day: who runs one, whether it changed something, what was answered.
create table idempotency_key (
  tenant_id uuid not null,
  hash bytea not null, -- SHA-256 of the caller and the key.
  fingerprint bytea not null, -- SHA-256 of method, address and body: the same key with another one is refused.
  route text not null,
  actor_type text not null,
  actor_id text not null,
  request_id text,
  owner uuid not null, -- The request that runs; only it may commit an effect under this key.
  lease_until timestamp with time zone not null,
  created_at timestamp with time zone not null default app.now(),
  effect_at timestamp with time zone, -- Written in the transaction of the request's first effect.
  answered_at timestamp with time zone,
  status integer,
  headers jsonb,
  body text,
  secret boolean not null default false, -- The answer held a secret: only the id of what was made is kept.
  constraint idempotency_key_pkey PRIMARY KEY (tenant_id, hash)
);
CREATE INDEX idempotency_key__created_at ON public.idempotency_key USING btree (created_at);
create policy operator on idempotency_key to daytwo_operator using (true);
create policy owner on idempotency_key to daytwo_owner using (true);
create policy platform on idempotency_key to daytwo_platform using (true);
create policy tenant on idempotency_key to daytwo_app using ((tenant_id = ( SELECT app.tenant_id() AS tenant_id)));
CREATE TRIGGER audit_operator_change AFTER INSERT OR DELETE OR UPDATE ON idempotency_key FOR EACH ROW WHEN (CURRENT_USER = 'daytwo_operator'::name) EXECUTE FUNCTION app.audit_operator_change('tenant_id');
grant delete, insert, select, update on idempotency_key to daytwo_app;
grant delete, insert, select, update on idempotency_key to daytwo_operator;
grant delete, insert, select, update on idempotency_key to daytwo_platform;

create table incident_events (
  tenant_id uuid not null,
  id bigint not null generated always as identity,
  source text not null,
  incident_key text not null,
  action text not null, -- withdrawn: deleted, or no longer marked as an incident.
  occurred_at timestamp with time zone not null,
  title text,
  severity text,
  repository text,
  service text,
  project_key text,
  deployment_sha text,
  url text,
  recorded_at timestamp with time zone not null default app.now(),
  constraint incident_events_pkey PRIMARY KEY (tenant_id, id),
  constraint incident_events__natural UNIQUE (tenant_id, source, incident_key, action, occurred_at),
  constraint incident_events_action_check CHECK ((action = ANY (ARRAY['opened'::text, 'resolved'::text, 'reopened'::text, 'linked'::text, 'withdrawn'::text]))),
  constraint incident_events_source_check CHECK ((source ~ '^[a-z][a-z0-9-]{1,39}$'::text))
);
CREATE INDEX incident_events__recorded_at ON public.incident_events USING btree (tenant_id, recorded_at);
create policy operator on incident_events to daytwo_operator using (true);
create policy owner on incident_events to daytwo_owner using (true);
create policy platform on incident_events to daytwo_platform using (true);
create policy tenant on incident_events to daytwo_app using ((tenant_id = ( SELECT app.tenant_id() AS tenant_id)));
CREATE TRIGGER audit_operator_change AFTER INSERT OR DELETE OR UPDATE ON incident_events FOR EACH ROW WHEN (CURRENT_USER = 'daytwo_operator'::name) EXECUTE FUNCTION app.audit_operator_change('tenant_id');
grant delete, insert, select, update on incident_events to daytwo_app;
grant delete, insert, select, update on incident_events to daytwo_operator;
grant delete, insert, select, update on incident_events to daytwo_platform;

create table incidents (
  tenant_id uuid not null,
  id bigint not null generated always as identity,
  source text not null,
  incident_key text not null,
  title text not null,
  severity text,
  repository text,
  service text,
  project_key text,
  deployment_sha text,
  url text,
  started_at timestamp with time zone not null,
  resolved_at timestamp with time zone,
  withdrawn boolean not null default false,
  deployment_id bigint, -- The deployment that caused it; null is unattributed.
  method text,
  confidence real,
  evidence jsonb not null default '{}'::jsonb,
  sealed boolean not null default false, -- Facts that it was derived from are purged: its attribution stays as it is.
  derived_at timestamp with time zone not null default app.now(),
  constraint incidents_pkey PRIMARY KEY (tenant_id, id),
  constraint incidents__deployment FOREIGN KEY (tenant_id, deployment_id) REFERENCES deployment_records(tenant_id, id) ON DELETE SET NULL (deployment_id),
  constraint incidents__natural UNIQUE (tenant_id, source, incident_key),
  constraint incidents_method_check CHECK ((method = ANY (ARRAY['override'::text, 'sha'::text, 'revert'::text, 'service'::text, 'project'::text])))
);
CREATE INDEX incidents__deployment_id ON public.incidents USING btree (tenant_id, deployment_id);
CREATE INDEX incidents__started_at ON public.incidents USING btree (tenant_id, started_at DESC, id DESC);
create policy operator on incidents to daytwo_operator using (true);
create policy owner on incidents to daytwo_owner using (true);
create policy platform on incidents to daytwo_platform using (true);
create policy tenant on incidents to daytwo_app using ((tenant_id = ( SELECT app.tenant_id() AS tenant_id)));
CREATE TRIGGER audit_operator_change AFTER INSERT OR DELETE OR UPDATE ON incidents FOR EACH ROW WHEN (CURRENT_USER = 'daytwo_operator'::name) EXECUTE FUNCTION app.audit_operator_change('tenant_id');
grant delete, insert, select, update on incidents to daytwo_app;
grant delete, insert, select, update on incidents to daytwo_operator;
grant delete, insert, select, update on incidents to daytwo_platform;

create view intake_v_lineage with (security_invoker=true) as
 SELECT tenant_id,
    event_id,
    fact_table,
    fact_id
   FROM event_lineage;
grant select on intake_v_lineage to daytwo_app;
grant select on intake_v_lineage to daytwo_operator;
grant select on intake_v_lineage to daytwo_platform;

create table invitation (
  tenant_id uuid not null,
  id uuid not null,
  email text not null,
  role text not null,
  token_hash bytea not null, -- SHA-256 of the token in the mail, which has 256 bits of entropy; sending again replaces it.
  invited_by text not null,
  created_at timestamp with time zone not null default app.now(),
  sent_at timestamp with time zone not null default app.now(),
  expires_at timestamp with time zone not null,
  accepted_at timestamp with time zone,
  accepted_by uuid,
  revoked_at timestamp with time zone,
  constraint invitation_pkey PRIMARY KEY (tenant_id, id),
  constraint invitation__token_hash UNIQUE (token_hash),
  constraint invitation_accepted_by_fkey FOREIGN KEY (accepted_by) REFERENCES person(id),
  constraint invitation_email_check CHECK (((email = lower(email)) AND ((length(email) >= 3) AND (length(email) <= 254)))),
  constraint invitation_role_check CHECK ((role = ANY (ARRAY['viewer'::text, 'member'::text, 'operator'::text, 'admin'::text, 'owner'::text]))),
  constraint invitation_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenant(id)
);
CREATE UNIQUE INDEX invitation__open ON public.invitation USING btree (tenant_id, email) WHERE ((accepted_at IS NULL) AND (revoked_at IS NULL));
create policy operator on invitation to daytwo_operator using (true);
create policy owner on invitation to daytwo_owner using (true);
create policy platform on invitation to daytwo_platform using (true);
create policy tenant on invitation to daytwo_app using ((tenant_id = ( SELECT app.tenant_id() AS tenant_id)));
CREATE TRIGGER audit_operator_change AFTER INSERT OR DELETE OR UPDATE ON invitation FOR EACH ROW WHEN (CURRENT_USER = 'daytwo_operator'::name) EXECUTE FUNCTION app.audit_operator_change('tenant_id');
grant delete, insert, select, update on invitation to daytwo_app;
grant delete, insert, select, update on invitation to daytwo_operator;
grant delete, insert, select, update on invitation to daytwo_platform;

create table mail (
  tenant_id uuid not null,
  id bigint not null generated always as identity,
  message_id uuid not null, -- Part of the Message-ID: the same at every attempt, so that a repeated delivery is known as such.
  purpose text not null,
  to_address text not null,
  subject text not null,
  data bytea, -- The text: AES-256-GCM under the instance key, bound to message_id; null once the mail was sent.
  created_at timestamp with time zone not null default app.now(),
  sent_at timestamp with time zone,
  answer text,
  status text not null default 'pending'::text,
  outcome text,
  due_at timestamp with time zone not null default app.now(),
  attempt_count integer not null default 0,
  last_error text,
  error_class text,
  lease_owner uuid,
  finished_at timestamp with time zone,
  requeued_count integer not null default 0,
  confidential boolean not null default false, -- Address, subject and purpose are shown to nobody who may not read the text, and erased with it once it was sent.
  constraint mail_pkey PRIMARY KEY (tenant_id, id),
  constraint mail__id UNIQUE (id),
  constraint mail_purpose_check CHECK ((purpose ~ '^[a-z][a-z0-9-]{0,39}$'::text)),
  constraint mail_status_check CHECK ((status = ANY (ARRAY['pending'::text, 'processing'::text, 'completed'::text, 'dead_lettered'::text]))),
  constraint mail_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenant(id)
);
CREATE INDEX mail__created_at ON public.mail USING btree (tenant_id, created_at);
CREATE INDEX mail__dead ON public.mail USING btree (tenant_id, id) WHERE ((finished_at IS NOT NULL) AND (error_class IS NOT NULL));
CREATE INDEX mail__error_class ON public.mail USING btree (tenant_id, error_class, id) WHERE ((finished_at IS NOT NULL) AND (error_class IS NOT NULL));
CREATE INDEX mail__open ON public.mail USING btree (tenant_id, due_at, id) WHERE (finished_at IS NULL);
CREATE INDEX mail__tried ON public.mail USING btree (due_at, id) WHERE ((finished_at IS NULL) AND (error_class IS NOT NULL));
create policy operator on mail to daytwo_operator using (true);
create policy owner on mail to daytwo_owner using (true);
create policy platform on mail to daytwo_platform using (true);
create policy tenant on mail to daytwo_app using ((tenant_id = ( SELECT app.tenant_id() AS tenant_id)));
CREATE TRIGGER audit_operator_change AFTER INSERT OR DELETE OR UPDATE ON mail FOR EACH ROW WHEN (CURRENT_USER = 'daytwo_operator'::name) EXECUTE FUNCTION app.audit_operator_change('tenant_id');
CREATE TRIGGER finish BEFORE UPDATE OF status ON mail FOR EACH ROW WHEN ((new.status = ANY (ARRAY['completed'::text, 'dead_lettered'::text])) AND new.finished_at IS NULL) EXECUTE FUNCTION app.finish();
CREATE TRIGGER requeue BEFORE UPDATE OF status ON mail FOR EACH ROW WHEN (new.status = 'pending'::text AND (old.status = ANY (ARRAY['completed'::text, 'dead_lettered'::text]))) EXECUTE FUNCTION app.requeue();
CREATE TRIGGER wake AFTER INSERT ON mail FOR EACH STATEMENT EXECUTE FUNCTION app.wake();
grant delete, insert, select, update on mail to daytwo_app;
grant delete, insert, select, update on mail to daytwo_operator;
grant delete, insert, select, update on mail to daytwo_platform;

create table member (
  tenant_id uuid not null,
  person_id uuid not null,
  role text not null,
  status text not null default 'active'::text,
  source text not null,
  joined_at timestamp with time zone not null default app.now(),
  last_seen_at timestamp with time zone,
  constraint member_pkey PRIMARY KEY (tenant_id, person_id),
  constraint member_person_id_fkey FOREIGN KEY (person_id) REFERENCES person(id),
  constraint member_role_check CHECK ((role = ANY (ARRAY['viewer'::text, 'member'::text, 'operator'::text, 'admin'::text, 'owner'::text]))),
  constraint member_source_check CHECK ((source = ANY (ARRAY['first'::text, 'registration'::text, 'invitation'::text, 'sso'::text, 'hand'::text, 'command'::text]))),
  constraint member_status_check CHECK ((status = ANY (ARRAY['active'::text, 'suspended'::text]))),
  constraint member_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenant(id)
);
CREATE INDEX member__person ON public.member USING btree (person_id);
create policy operator on member to daytwo_operator using (true);
create policy owner on member to daytwo_owner using (true);
create policy platform on member to daytwo_platform using (true);
create policy tenant on member to daytwo_app using ((tenant_id = ( SELECT app.tenant_id() AS tenant_id)));
CREATE TRIGGER audit_operator_change AFTER INSERT OR DELETE OR UPDATE ON member FOR EACH ROW WHEN (CURRENT_USER = 'daytwo_operator'::name) EXECUTE FUNCTION app.audit_operator_change('tenant_id');
CREATE TRIGGER tell_rights AFTER DELETE OR UPDATE OF role, status ON member FOR EACH STATEMENT EXECUTE FUNCTION app.tell_rights();
grant delete, insert, select, update on member to daytwo_app;
grant delete, insert, select, update on member to daytwo_operator;
grant delete, insert, select, update on member to daytwo_platform;

create table migration (
  name text not null,
  digest text not null,
  batch integer not null,
  applied_at timestamp with time zone not null default now(),
  constraint migration_pkey PRIMARY KEY (name)
);


create table notification (
  tenant_id uuid not null,
  id bigint not null generated always as identity,
  channel_id uuid not null,
  alert_id uuid not null,
  opening bigint not null, -- The step of the alert's history that raised or reopened it.
  change text not null,
  nth integer not null, -- Which of its kind in this opening: the rank of the severity told, or the number of the reminder.
  key uuid not null default (md5((((((((((channel_id)::text || ' '::text) || (alert_id)::text) || ' '::text) || (opening)::text) || ' '::text) || change) || ' '::text) || (nth)::text)))::uuid, -- Made of what it tells to whom, so that it is the same at every attempt: whoever gets it twice knows it.
  condition text not null,
  subject text not null,
  severity text not null,
  detail text not null,
  value double precision not null,
  threshold double precision not null,
  created_at timestamp with time zone not null default app.now(),
  told_at timestamp with time zone,
  perhaps_told boolean not null default false, -- The answer to an attempt was lost: it may have arrived.
  answer text,
  status text not null default 'pending'::text,
  outcome text,
  due_at timestamp with time zone not null default app.now(),
  attempt_count integer not null default 0,
  last_error text,
  error_class text,
  lease_owner uuid,
  finished_at timestamp with time zone,
  requeued_count integer not null default 0,
  constraint notification_pkey PRIMARY KEY (tenant_id, id),
  constraint notification__channel FOREIGN KEY (tenant_id, channel_id) REFERENCES alert_notification_channels(tenant_id, id),
  constraint notification__id UNIQUE (id),
  constraint notification__once UNIQUE (tenant_id, channel_id, alert_id, opening, change, nth),
  constraint notification_change_check CHECK ((change = ANY (ARRAY['raised'::text, 'escalated'::text, 'reminder'::text, 'resolved'::text]))),
  constraint notification_severity_check CHECK ((severity = ANY (ARRAY['LOW'::text, 'MEDIUM'::text, 'HIGH'::text, 'CRITICAL'::text]))),
  constraint notification_status_check CHECK ((status = ANY (ARRAY['pending'::text, 'processing'::text, 'completed'::text, 'dead_lettered'::text])))
);
CREATE INDEX notification__alert_id ON public.notification USING btree (tenant_id, alert_id, id);
CREATE INDEX notification__channel_id ON public.notification USING btree (tenant_id, channel_id, id);
CREATE INDEX notification__created_at ON public.notification USING btree (tenant_id, created_at);
CREATE INDEX notification__dead ON public.notification USING btree (tenant_id, id) WHERE ((finished_at IS NOT NULL) AND (error_class IS NOT NULL));
CREATE INDEX notification__error_class ON public.notification USING btree (tenant_id, error_class, id) WHERE ((finished_at IS NOT NULL) AND (error_class IS NOT NULL));
CREATE INDEX notification__open ON public.notification USING btree (tenant_id, due_at, id) WHERE (finished_at IS NULL);
CREATE INDEX notification__tried ON public.notification USING btree (due_at, id) WHERE ((finished_at IS NULL) AND (error_class IS NOT NULL));
create policy operator on notification to daytwo_operator using (true);
create policy owner on notification to daytwo_owner using (true);
create policy platform on notification to daytwo_platform using (true);
create policy tenant on notification to daytwo_app using ((tenant_id = ( SELECT app.tenant_id() AS tenant_id)));
CREATE TRIGGER audit_operator_change AFTER INSERT OR DELETE OR UPDATE ON notification FOR EACH ROW WHEN (CURRENT_USER = 'daytwo_operator'::name) EXECUTE FUNCTION app.audit_operator_change('tenant_id');
CREATE TRIGGER finish BEFORE UPDATE OF status ON notification FOR EACH ROW WHEN ((new.status = ANY (ARRAY['completed'::text, 'dead_lettered'::text])) AND new.finished_at IS NULL) EXECUTE FUNCTION app.finish();
CREATE TRIGGER requeue BEFORE UPDATE OF status ON notification FOR EACH ROW WHEN (new.status = 'pending'::text AND (old.status = ANY (ARRAY['completed'::text, 'dead_lettered'::text]))) EXECUTE FUNCTION app.requeue();
CREATE TRIGGER wake AFTER INSERT ON notification FOR EACH STATEMENT EXECUTE FUNCTION app.wake();
grant delete, insert, select, update on notification to daytwo_app;
grant delete, insert, select, update on notification to daytwo_operator;
grant delete, insert, select, update on notification to daytwo_platform;

create table oidc_mapping (
  id uuid not null,
  group_value text not null,
  note text,
  platform_role text,
  tenant_id uuid,
  role text,
  created_at timestamp with time zone not null default app.now(),
  constraint oidc_mapping_pkey PRIMARY KEY (id),
  constraint oidc_mapping__group UNIQUE NULLS NOT DISTINCT (group_value, tenant_id),
  constraint oidc_mapping__target CHECK (((num_nonnulls(platform_role, tenant_id) = 1) AND ((tenant_id IS NULL) = (role IS NULL)))),
  constraint oidc_mapping_group_value_check CHECK (((length(group_value) >= 1) AND (length(group_value) <= 200))),
  constraint oidc_mapping_platform_role_check CHECK ((platform_role = ANY (ARRAY['support'::text, 'platform_admin'::text]))),
  constraint oidc_mapping_role_check CHECK ((role = ANY (ARRAY['viewer'::text, 'member'::text, 'operator'::text, 'admin'::text, 'owner'::text]))),
  constraint oidc_mapping_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenant(id) ON DELETE CASCADE
);
CREATE INDEX oidc_mapping__tenant ON public.oidc_mapping USING btree (tenant_id);
CREATE TRIGGER audit_operator_change AFTER INSERT OR DELETE OR UPDATE ON oidc_mapping FOR EACH ROW WHEN (CURRENT_USER = 'daytwo_operator'::name) EXECUTE FUNCTION app.audit_operator_change('tenant_id');
grant delete, insert, select, update on oidc_mapping to daytwo_operator;
grant delete, insert, select, update on oidc_mapping to daytwo_platform;

create table passkey (
  id uuid not null,
  person_id uuid not null,
  credential_id bytea not null,
  public_key bytea not null, -- COSE key; public, so stored as it is.
  counter bigint not null,
  transports text[] not null default '{}'::text[],
  synced boolean not null,
  name text not null,
  created_at timestamp with time zone not null default app.now(),
  last_used_at timestamp with time zone,
  constraint passkey_pkey PRIMARY KEY (id),
  constraint passkey__credential_id UNIQUE (credential_id),
  constraint passkey_name_check CHECK (((length(name) >= 1) AND (length(name) <= 60))),
  constraint passkey_person_id_fkey FOREIGN KEY (person_id) REFERENCES person(id) ON DELETE CASCADE
);
CREATE INDEX passkey__person ON public.passkey USING btree (person_id, created_at);
CREATE TRIGGER audit_operator_change AFTER INSERT OR DELETE OR UPDATE ON passkey FOR EACH ROW WHEN (CURRENT_USER = 'daytwo_operator'::name) EXECUTE FUNCTION app.audit_operator_change('tenant_id');
grant delete, insert, select, update on passkey to daytwo_operator;
grant delete, insert, select, update on passkey to daytwo_platform;

create table passkey_challenge (
  hash bytea not null,
  purpose text not null,
  person_id uuid,
  expires_at timestamp with time zone not null,
  constraint passkey_challenge_pkey PRIMARY KEY (hash),
  constraint passkey_challenge_person_check CHECK (((purpose = 'sign-in'::text) = (person_id IS NULL))),
  constraint passkey_challenge_person_id_fkey FOREIGN KEY (person_id) REFERENCES person(id) ON DELETE CASCADE,
  constraint passkey_challenge_purpose_check CHECK ((purpose = ANY (ARRAY['registration'::text, 'sign-in'::text, 'second-factor'::text])))
);
CREATE INDEX passkey_challenge__expires_at ON public.passkey_challenge USING btree (expires_at);
CREATE TRIGGER audit_operator_change AFTER INSERT OR DELETE OR UPDATE ON passkey_challenge FOR EACH ROW WHEN (CURRENT_USER = 'daytwo_operator'::name) EXECUTE FUNCTION app.audit_operator_change('tenant_id');
grant delete, insert, select, update on passkey_challenge to daytwo_operator;
grant delete, insert, select, update on passkey_challenge to daytwo_platform;

create table password_reset (
  hash bytea not null,
  person_id uuid not null,
  tries integer not null default 0,
  created_at timestamp with time zone not null default app.now(),
  expires_at timestamp with time zone not null,
  used_at timestamp with time zone,
  constraint password_reset_pkey PRIMARY KEY (hash),
  constraint password_reset_person_id_fkey FOREIGN KEY (person_id) REFERENCES person(id) ON DELETE CASCADE
);
CREATE INDEX password_reset__person ON public.password_reset USING btree (person_id);
CREATE TRIGGER audit_operator_change AFTER INSERT OR DELETE OR UPDATE ON password_reset FOR EACH ROW WHEN (CURRENT_USER = 'daytwo_operator'::name) EXECUTE FUNCTION app.audit_operator_change('tenant_id');
grant delete, insert, select, update on password_reset to daytwo_operator;
grant delete, insert, select, update on password_reset to daytwo_platform;

create table payload_segment (
  tenant_id uuid not null,
  id uuid not null,
  data bytea storage external not null,
  events integer not null,
  created_at timestamp with time zone not null default app.now(),
  constraint payload_segment_pkey PRIMARY KEY (tenant_id, id)
);
create policy operator on payload_segment to daytwo_operator using (true);
create policy owner on payload_segment to daytwo_owner using (true);
create policy platform on payload_segment to daytwo_platform using (true);
create policy tenant on payload_segment to daytwo_app using ((tenant_id = ( SELECT app.tenant_id() AS tenant_id)));
CREATE TRIGGER audit_operator_change AFTER INSERT OR DELETE OR UPDATE ON payload_segment FOR EACH ROW WHEN (CURRENT_USER = 'daytwo_operator'::name) EXECUTE FUNCTION app.audit_operator_change('tenant_id');
grant delete, insert, select, update on payload_segment to daytwo_app;
grant delete, insert, select, update on payload_segment to daytwo_operator;
grant delete, insert, select, update on payload_segment to daytwo_platform;

create table person (
  id uuid not null,
  email text not null,
  name text not null,
  status text not null default 'active'::text,
  platform_role text,
  password_hash text, -- Argon2id in PHC format; null where the person signs in by other means only.
  password_changed_at timestamp with time zone,
  created_at timestamp with time zone not null default app.now(),
  last_seen_at timestamp with time zone,
  constraint person_pkey PRIMARY KEY (id),
  constraint person__email UNIQUE (email),
  constraint person_email_check CHECK (((email = lower(email)) AND ((length(email) >= 3) AND (length(email) <= 254)))),
  constraint person_name_check CHECK (((length(name) >= 1) AND (length(name) <= 200))),
  constraint person_platform_role_check CHECK ((platform_role = ANY (ARRAY['support'::text, 'platform_admin'::text]))),
  constraint person_status_check CHECK ((status = ANY (ARRAY['active'::text, 'disabled'::text])))
);
CREATE TRIGGER audit_operator_change AFTER INSERT OR DELETE OR UPDATE ON person FOR EACH ROW WHEN (CURRENT_USER = 'daytwo_operator'::name) EXECUTE FUNCTION app.audit_operator_change('tenant_id');
CREATE TRIGGER tell_rights AFTER DELETE OR UPDATE OF status, platform_role ON person FOR EACH STATEMENT EXECUTE FUNCTION app.tell_rights();
grant delete, insert, select, update on person to daytwo_operator;
grant delete, insert, select, update on person to daytwo_platform;

create table person_identity (
  issuer text not null,
  subject text not null,
  person_id uuid not null,
  email text, -- As the provider last said it; nobody is found by it.
  platform_role text, -- The platform role that groups gave; null where the person has theirs otherwise.
  own_platform_role text, -- The platform role beneath it, which is back when the group is gone.
  created_at timestamp with time zone not null default app.now(),
  last_used_at timestamp with time zone not null default app.now(),
  constraint person_identity_pkey PRIMARY KEY (issuer, subject),
  constraint person_identity__person UNIQUE (person_id, issuer),
  constraint person_identity_issuer_check CHECK (((length(issuer) >= 1) AND (length(issuer) <= 500))),
  constraint person_identity_own_platform_role_check CHECK ((own_platform_role = ANY (ARRAY['support'::text, 'platform_admin'::text]))),
  constraint person_identity_person_id_fkey FOREIGN KEY (person_id) REFERENCES person(id) ON DELETE CASCADE,
  constraint person_identity_platform_role_check CHECK ((platform_role = ANY (ARRAY['support'::text, 'platform_admin'::text]))),
  constraint person_identity_subject_check CHECK (((length(subject) >= 1) AND (length(subject) <= 255)))
);
CREATE TRIGGER audit_operator_change AFTER INSERT OR DELETE OR UPDATE ON person_identity FOR EACH ROW WHEN (CURRENT_USER = 'daytwo_operator'::name) EXECUTE FUNCTION app.audit_operator_change('tenant_id');
grant delete, insert, select, update on person_identity to daytwo_operator;
grant delete, insert, select, update on person_identity to daytwo_platform;

-- expires_at moves with each refresh; ends_at does not.
create table person_session (
  id uuid not null,
  person_id uuid not null,
  tenant_id uuid,
  method text not null,
  second_factor boolean not null default false,
  refresh_hash bytea not null,
  refreshed_at timestamp with time zone not null default app.now(),
  created_at timestamp with time zone not null default app.now(),
  last_seen_at timestamp with time zone not null default app.now(),
  expires_at timestamp with time zone not null,
  ends_at timestamp with time zone not null,
  client text,
  user_agent text,
  revoked_at timestamp with time zone,
  revoked_why text,
  constraint person_session_pkey PRIMARY KEY (id),
  constraint person_session__refresh_hash UNIQUE (refresh_hash),
  constraint person_session_person_id_fkey FOREIGN KEY (person_id) REFERENCES person(id) ON DELETE CASCADE,
  constraint person_session_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenant(id)
);
CREATE INDEX person_session__ends_at ON public.person_session USING btree (ends_at);
CREATE INDEX person_session__person ON public.person_session USING btree (person_id, created_at);
CREATE TRIGGER audit_operator_change AFTER INSERT OR DELETE OR UPDATE ON person_session FOR EACH ROW WHEN (CURRENT_USER = 'daytwo_operator'::name) EXECUTE FUNCTION app.audit_operator_change('tenant_id');
CREATE TRIGGER tell_rights AFTER DELETE OR UPDATE OF revoked_at, tenant_id ON person_session FOR EACH STATEMENT EXECUTE FUNCTION app.tell_rights();
grant delete, insert, select, update on person_session to daytwo_operator;
grant delete, insert, select, update on person_session to daytwo_platform;

create table person_totp (
  person_id uuid not null,
  secret bytea not null, -- Sealed under a key derived from APP_KEY, bound to the person.
  created_at timestamp with time zone not null default app.now(),
  confirmed_at timestamp with time zone,
  last_step bigint not null default 0, -- The newest 30-second step a code was taken of; that step and older ones are spent.
  last_used_at timestamp with time zone,
  failures integer not null default 0,
  locked_until timestamp with time zone,
  constraint person_totp_pkey PRIMARY KEY (person_id),
  constraint person_totp_person_id_fkey FOREIGN KEY (person_id) REFERENCES person(id) ON DELETE CASCADE
);
CREATE TRIGGER audit_operator_change AFTER INSERT OR DELETE OR UPDATE ON person_totp FOR EACH ROW WHEN (CURRENT_USER = 'daytwo_operator'::name) EXECUTE FUNCTION app.audit_operator_change('tenant_id');
grant delete, insert, select, update on person_totp to daytwo_operator;
grant delete, insert, select, update on person_totp to daytwo_platform;

-- How far a poller got in one scope (a repository, a webhook, a board); moved page by page, in the transaction that keeps what the page said.
create table poll_cursor (
  tenant_id uuid not null,
  poller text not null,
  scope text not null,
  position jsonb not null default '{}'::jsonb,
  version bigint not null default 0, -- Two runs beside each other: the one that moves second sees that it was overtaken, and stops.
  last_run_at timestamp with time zone,
  last_outcome text,
  last_error text,
  next_allowed_at timestamp with time zone, -- When the source takes requests again; of the row whose poller is the source and whose scope is empty.
  constraint poll_cursor_pkey PRIMARY KEY (tenant_id, poller, scope),
  constraint poll_cursor_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenant(id)
);
create policy operator on poll_cursor to daytwo_operator using (true);
create policy owner on poll_cursor to daytwo_owner using (true);
create policy platform on poll_cursor to daytwo_platform using (true);
create policy tenant on poll_cursor to daytwo_app using ((tenant_id = ( SELECT app.tenant_id() AS tenant_id)));
CREATE TRIGGER audit_operator_change AFTER INSERT OR DELETE OR UPDATE ON poll_cursor FOR EACH ROW WHEN (CURRENT_USER = 'daytwo_operator'::name) EXECUTE FUNCTION app.audit_operator_change('tenant_id');
grant delete, insert, select, update on poll_cursor to daytwo_app;
grant delete, insert, select, update on poll_cursor to daytwo_operator;
grant delete, insert, select, update on poll_cursor to daytwo_platform;

-- How many events a source says there were, by day of the tenant's time zone. What of them was missing are the rows of source_gap.
create table poll_day (
  tenant_id uuid not null,
  source text not null,
  kind text not null,
  day date not null,
  expected bigint not null,
  checked_at timestamp with time zone not null default app.now(),
  constraint poll_day_pkey PRIMARY KEY (tenant_id, source, kind, day),
  constraint poll_day_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenant(id)
);
CREATE INDEX poll_day__checked_at ON public.poll_day USING btree (tenant_id, checked_at);
create policy operator on poll_day to daytwo_operator using (true);
create policy owner on poll_day to daytwo_owner using (true);
create policy platform on poll_day to daytwo_platform using (true);
create policy tenant on poll_day to daytwo_app using ((tenant_id = ( SELECT app.tenant_id() AS tenant_id)));
CREATE TRIGGER audit_operator_change AFTER INSERT OR DELETE OR UPDATE ON poll_day FOR EACH ROW WHEN (CURRENT_USER = 'daytwo_operator'::name) EXECUTE FUNCTION app.audit_operator_change('tenant_id');
grant delete, insert, select, update on poll_day to daytwo_app;
grant delete, insert, select, update on poll_day to daytwo_operator;
grant delete, insert, select, update on poll_day to daytwo_platform;

create table pr_events (
  tenant_id uuid not null,
  id bigint not null generated always as identity,
  repository text not null,
  pr_number integer not null,
  action text not null,
  occurred_at timestamp with time zone not null,
  title text,
  head_ref text,
  head_sha text,
  base_ref text,
  merge_commit_sha text,
  merged boolean,
  author_hash text, -- HMAC of the login under HMAC_KEY; no person's name is stored.
  review_state text,
  labels text[] not null default '{}'::text[],
  ticket_keys text[] not null default '{}'::text[],
  recorded_at timestamp with time zone not null default app.now(),
  constraint pr_events_pkey PRIMARY KEY (tenant_id, id),
  constraint pr_events__natural UNIQUE (tenant_id, repository, pr_number, action, occurred_at)
);
CREATE INDEX pr_events__head_sha ON public.pr_events USING btree (tenant_id, repository, head_sha);
CREATE INDEX pr_events__merge_commit ON public.pr_events USING btree (tenant_id, repository, merge_commit_sha) WHERE merged;
CREATE INDEX pr_events__recorded_at ON public.pr_events USING btree (tenant_id, recorded_at);
create policy operator on pr_events to daytwo_operator using (true);
create policy owner on pr_events to daytwo_owner using (true);
create policy platform on pr_events to daytwo_platform using (true);
create policy tenant on pr_events to daytwo_app using ((tenant_id = ( SELECT app.tenant_id() AS tenant_id)));
CREATE TRIGGER audit_operator_change AFTER INSERT OR DELETE OR UPDATE ON pr_events FOR EACH ROW WHEN (CURRENT_USER = 'daytwo_operator'::name) EXECUTE FUNCTION app.audit_operator_change('tenant_id');
grant delete, insert, select, update on pr_events to daytwo_app;
grant delete, insert, select, update on pr_events to daytwo_operator;
grant delete, insert, select, update on pr_events to daytwo_platform;

-- Pull requests that belong to a stream because they name a ticket of one of its Jira projects.
create table pr_streams (
  tenant_id uuid not null,
  repository text not null,
  pr_number integer not null,
  stream_id text not null,
  ticket_key text not null,
  sealed boolean not null default false, -- Facts that named the ticket are purged: the link holds while the stream owns the ticket's project.
  constraint pr_streams_pkey PRIMARY KEY (tenant_id, repository, pr_number, stream_id),
  constraint pr_streams__stream FOREIGN KEY (tenant_id, stream_id) REFERENCES stream(tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX pr_streams__stream_id ON public.pr_streams USING btree (tenant_id, stream_id);
create policy operator on pr_streams to daytwo_operator using (true);
create policy owner on pr_streams to daytwo_owner using (true);
create policy platform on pr_streams to daytwo_platform using (true);
create policy tenant on pr_streams to daytwo_app using ((tenant_id = ( SELECT app.tenant_id() AS tenant_id)));
CREATE TRIGGER audit_operator_change AFTER INSERT OR DELETE OR UPDATE ON pr_streams FOR EACH ROW WHEN (CURRENT_USER = 'daytwo_operator'::name) EXECUTE FUNCTION app.audit_operator_change('tenant_id');
grant delete, insert, select, update on pr_streams to daytwo_app;
grant delete, insert, select, update on pr_streams to daytwo_operator;
grant delete, insert, select, update on pr_streams to daytwo_platform;

-- Answers while the period is open; when it ends they are added up to pulse_result and deleted. No time, no address, no order.
create table pulse_answer (
  tenant_id uuid not null,
  period_id uuid not null,
  person_hash bytea not null, -- HMAC of the token in the mail, under a key derived from HMAC_KEY: one answer a person, and nothing to join it with.
  scores smallint[] not null, -- 1 to 5 by question, in the order of the period's questions; null is left out.
  comment text,
  constraint pulse_answer_pkey PRIMARY KEY (tenant_id, period_id, person_hash),
  constraint pulse_answer__period FOREIGN KEY (tenant_id, period_id) REFERENCES pulse_period(tenant_id, id) ON DELETE CASCADE
);
create policy operator on pulse_answer to daytwo_operator using (true);
create policy owner on pulse_answer to daytwo_owner using (true);
create policy platform on pulse_answer to daytwo_platform using (true);
create policy tenant on pulse_answer to daytwo_app using ((tenant_id = ( SELECT app.tenant_id() AS tenant_id)));
CREATE TRIGGER audit_operator_change AFTER INSERT OR DELETE OR UPDATE ON pulse_answer FOR EACH ROW WHEN (CURRENT_USER = 'daytwo_operator'::name) EXECUTE FUNCTION app.audit_operator_change('tenant_id');
grant delete, insert, select, update on pulse_answer to daytwo_app;
grant delete, insert, select, update on pulse_answer to daytwo_operator;
grant delete, insert, select, update on pulse_answer to daytwo_platform;

-- Comments of periods with at least five answers, apart from the scores they came with.
create table pulse_comment (
  tenant_id uuid not null,
  id uuid not null default gen_random_uuid(),
  period_id uuid not null,
  comment text not null,
  ended_at timestamp with time zone not null,
  constraint pulse_comment_pkey PRIMARY KEY (tenant_id, id),
  constraint pulse_comment__period FOREIGN KEY (tenant_id, period_id) REFERENCES pulse_period(tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX pulse_comment__ended_at ON public.pulse_comment USING btree (tenant_id, ended_at);
CREATE INDEX pulse_comment__period_id ON public.pulse_comment USING btree (tenant_id, period_id);
create policy operator on pulse_comment to daytwo_operator using (true);
create policy owner on pulse_comment to daytwo_owner using (true);
create policy platform on pulse_comment to daytwo_platform using (true);
create policy tenant on pulse_comment to daytwo_app using ((tenant_id = ( SELECT app.tenant_id() AS tenant_id)));
CREATE TRIGGER audit_operator_change AFTER INSERT OR DELETE OR UPDATE ON pulse_comment FOR EACH ROW WHEN (CURRENT_USER = 'daytwo_operator'::name) EXECUTE FUNCTION app.audit_operator_change('tenant_id');
grant delete, insert, select, update on pulse_comment to daytwo_app;
grant delete, insert, select, update on pulse_comment to daytwo_operator;
grant delete, insert, select, update on pulse_comment to daytwo_platform;

-- Who was asked, while the period is open; deleted when it ends.
create table pulse_invitation (
  tenant_id uuid not null,
  period_id uuid not null,
  address text not null,
  token_hash bytea not null, -- SHA-256 of the token in the mail. An answer is kept under an HMAC of the token, which cannot be computed from this.
  reminder_hash bytea,
  sent_on date not null,
  answered boolean not null default false, -- So that nobody is reminded twice; with no time at all.
  constraint pulse_invitation_pkey PRIMARY KEY (tenant_id, period_id, address),
  constraint pulse_invitation__period FOREIGN KEY (tenant_id, period_id) REFERENCES pulse_period(tenant_id, id) ON DELETE CASCADE,
  constraint pulse_invitation__reminder_hash UNIQUE (reminder_hash),
  constraint pulse_invitation__token_hash UNIQUE (token_hash)
);
create policy operator on pulse_invitation to daytwo_operator using (true);
create policy owner on pulse_invitation to daytwo_owner using (true);
create policy platform on pulse_invitation to daytwo_platform using (true);
create policy tenant on pulse_invitation to daytwo_app using ((tenant_id = ( SELECT app.tenant_id() AS tenant_id)));
CREATE TRIGGER audit_operator_change AFTER INSERT OR DELETE OR UPDATE ON pulse_invitation FOR EACH ROW WHEN (CURRENT_USER = 'daytwo_operator'::name) EXECUTE FUNCTION app.audit_operator_change('tenant_id');
grant delete, insert, select, update on pulse_invitation to daytwo_app;
grant delete, insert, select, update on pulse_invitation to daytwo_operator;
grant delete, insert, select, update on pulse_invitation to daytwo_platform;

create table pulse_participant (
  tenant_id uuid not null,
  survey_id uuid not null,
  address text not null,
  constraint pulse_participant_pkey PRIMARY KEY (tenant_id, survey_id, address),
  constraint pulse_participant__survey FOREIGN KEY (tenant_id, survey_id) REFERENCES pulse_survey(tenant_id, id) ON DELETE CASCADE,
  constraint pulse_participant_address_check CHECK (((address = lower(address)) AND ((length(address) >= 3) AND (length(address) <= 254))))
);
create policy operator on pulse_participant to daytwo_operator using (true);
create policy owner on pulse_participant to daytwo_owner using (true);
create policy platform on pulse_participant to daytwo_platform using (true);
create policy tenant on pulse_participant to daytwo_app using ((tenant_id = ( SELECT app.tenant_id() AS tenant_id)));
CREATE TRIGGER audit_operator_change AFTER INSERT OR DELETE OR UPDATE ON pulse_participant FOR EACH ROW WHEN (CURRENT_USER = 'daytwo_operator'::name) EXECUTE FUNCTION app.audit_operator_change('tenant_id');
grant delete, insert, select, update on pulse_participant to daytwo_app;
grant delete, insert, select, update on pulse_participant to daytwo_operator;
grant delete, insert, select, update on pulse_participant to daytwo_platform;

create table pulse_period (
  tenant_id uuid not null,
  id uuid not null,
  survey_id uuid not null,
  starts_on date not null,
  ends_on date not null, -- Its last day, in the time zone that the tenant had when it opened.
  starts_at timestamp with time zone not null,
  ends_at timestamp with time zone not null,
  questions text[] not null,
  comments boolean not null,
  team_size integer not null,
  reminded_at timestamp with time zone,
  closed_at timestamp with time zone,
  answers integer not null default 0, -- How many had answered when it ended; 0 until then.
  constraint pulse_period_pkey PRIMARY KEY (tenant_id, id),
  constraint pulse_period__starts_on UNIQUE (tenant_id, survey_id, starts_on),
  constraint pulse_period__survey FOREIGN KEY (tenant_id, survey_id) REFERENCES pulse_survey(tenant_id, id) ON DELETE CASCADE,
  constraint pulse_period_check CHECK ((ends_on >= starts_on)),
  constraint pulse_period_team_size_check CHECK ((team_size >= 0))
);
CREATE INDEX pulse_period__ends_on ON public.pulse_period USING btree (tenant_id, ends_on);
CREATE UNIQUE INDEX pulse_period__open ON public.pulse_period USING btree (tenant_id, survey_id) WHERE (closed_at IS NULL);
create policy operator on pulse_period to daytwo_operator using (true);
create policy owner on pulse_period to daytwo_owner using (true);
create policy platform on pulse_period to daytwo_platform using (true);
create policy tenant on pulse_period to daytwo_app using ((tenant_id = ( SELECT app.tenant_id() AS tenant_id)));
CREATE TRIGGER audit_operator_change AFTER INSERT OR DELETE OR UPDATE ON pulse_period FOR EACH ROW WHEN (CURRENT_USER = 'daytwo_operator'::name) EXECUTE FUNCTION app.audit_operator_change('tenant_id');
grant delete, insert, select, update on pulse_period to daytwo_app;
grant delete, insert, select, update on pulse_period to daytwo_operator;
grant delete, insert, select, update on pulse_period to daytwo_platform;

-- How many gave 1, 2, 3, 4 and 5; only where at least five answered the question. Every figure that is shown is computed from these.
create table pulse_result (
  tenant_id uuid not null,
  period_id uuid not null,
  question text not null,
  counts integer[] not null,
  constraint pulse_result_pkey PRIMARY KEY (tenant_id, period_id, question),
  constraint pulse_result__period FOREIGN KEY (tenant_id, period_id) REFERENCES pulse_period(tenant_id, id) ON DELETE CASCADE,
  constraint pulse_result_counts_check CHECK ((cardinality(counts) = 5))
);
create policy operator on pulse_result to daytwo_operator using (true);
create policy owner on pulse_result to daytwo_owner using (true);
create policy platform on pulse_result to daytwo_platform using (true);
create policy tenant on pulse_result to daytwo_app using ((tenant_id = ( SELECT app.tenant_id() AS tenant_id)));
CREATE TRIGGER audit_operator_change AFTER INSERT OR DELETE OR UPDATE ON pulse_result FOR EACH ROW WHEN (CURRENT_USER = 'daytwo_operator'::name) EXECUTE FUNCTION app.audit_operator_change('tenant_id');
grant delete, insert, select, update on pulse_result to daytwo_app;
grant delete, insert, select, update on pulse_result to daytwo_operator;
grant delete, insert, select, update on pulse_result to daytwo_platform;

create table pulse_survey (
  tenant_id uuid not null,
  id uuid not null,
  stream_id text not null, -- A stream, or all. Without a foreign key: the figures outlive the stream.
  team_size integer, -- Whom the response rate is measured against; null is everybody who is asked.
  questions text[] not null,
  comments boolean not null,
  cadence text not null,
  starts_on date not null,
  created_at timestamp with time zone not null default app.now(),
  closed_at timestamp with time zone,
  constraint pulse_survey_pkey PRIMARY KEY (tenant_id, id),
  constraint pulse_survey_cadence_check CHECK ((cadence = ANY (ARRAY['weekly'::text, 'biweekly'::text, 'monthly'::text]))),
  constraint pulse_survey_questions_check CHECK (((cardinality(questions) >= 3) AND (cardinality(questions) <= 5))),
  constraint pulse_survey_team_size_check CHECK (((team_size >= 1) AND (team_size <= 100000))),
  constraint pulse_survey_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenant(id)
);
CREATE UNIQUE INDEX pulse_survey__open ON public.pulse_survey USING btree (tenant_id, stream_id) WHERE (closed_at IS NULL);
create policy operator on pulse_survey to daytwo_operator using (true);
create policy owner on pulse_survey to daytwo_owner using (true);
create policy platform on pulse_survey to daytwo_platform using (true);
create policy tenant on pulse_survey to daytwo_app using ((tenant_id = ( SELECT app.tenant_id() AS tenant_id)));
CREATE TRIGGER audit_operator_change AFTER INSERT OR DELETE OR UPDATE ON pulse_survey FOR EACH ROW WHEN (CURRENT_USER = 'daytwo_operator'::name) EXECUTE FUNCTION app.audit_operator_change('tenant_id');
grant delete, insert, select, update on pulse_survey to daytwo_app;
grant delete, insert, select, update on pulse_survey to daytwo_operator;
grant delete, insert, select, update on pulse_survey to daytwo_platform;

-- Requests by minute (since 1970), policy and client, of clients that use a noticeable part of a limit.
create table rate_window (
  minute bigint not null,
  policy text not null,
  client text not null,
  hits integer not null,
  refused integer not null,
  constraint rate_window_pkey PRIMARY KEY (minute, policy, client)
);
CREATE TRIGGER audit_operator_change AFTER INSERT OR DELETE OR UPDATE ON rate_window FOR EACH ROW WHEN (CURRENT_USER = 'daytwo_operator'::name) EXECUTE FUNCTION app.audit_operator_change('tenant_id');
grant delete, insert, select, update on rate_window to daytwo_operator;
grant delete, insert, select, update on rate_window to daytwo_platform;

create table recovery_code (
  hash bytea not null, -- SHA-256 of the person's id and the code, which has 80 bits of entropy.
  person_id uuid not null,
  created_at timestamp with time zone not null default app.now(),
  used_at timestamp with time zone,
  constraint recovery_code_pkey PRIMARY KEY (hash),
  constraint recovery_code_person_id_fkey FOREIGN KEY (person_id) REFERENCES person(id) ON DELETE CASCADE
);
CREATE INDEX recovery_code__person ON public.recovery_code USING btree (person_id);
CREATE TRIGGER audit_operator_change AFTER INSERT OR DELETE OR UPDATE ON recovery_code FOR EACH ROW WHEN (CURRENT_USER = 'daytwo_operator'::name) EXECUTE FUNCTION app.audit_operator_change('tenant_id');
grant delete, insert, select, update on recovery_code to daytwo_operator;
grant delete, insert, select, update on recovery_code to daytwo_platform;

create table registration (
  id uuid not null,
  email text not null,
  organisation text not null,
  token_hash bytea not null,
  status text not null default 'unconfirmed'::text,
  created_at timestamp with time zone not null default app.now(),
  expires_at timestamp with time zone not null,
  person_id uuid,
  requested_at timestamp with time zone,
  decided_at timestamp with time zone,
  decided_by text,
  reason text,
  tenant_id uuid,
  constraint registration_pkey PRIMARY KEY (id),
  constraint registration__decided CHECK (((status = ANY (ARRAY['approved'::text, 'rejected'::text])) = (decided_at IS NOT NULL))),
  constraint registration__requested CHECK (((status = 'unconfirmed'::text) OR ((person_id IS NOT NULL) AND (requested_at IS NOT NULL)))),
  constraint registration__token_hash UNIQUE (token_hash),
  constraint registration_email_check CHECK (((email = lower(email)) AND ((length(email) >= 3) AND (length(email) <= 254)))),
  constraint registration_organisation_check CHECK (((length(organisation) >= 1) AND (length(organisation) <= 200))),
  constraint registration_person_id_fkey FOREIGN KEY (person_id) REFERENCES person(id),
  constraint registration_status_check CHECK ((status = ANY (ARRAY['unconfirmed'::text, 'requested'::text, 'approved'::text, 'rejected'::text]))),
  constraint registration_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenant(id)
);
CREATE INDEX registration__email ON public.registration USING btree (email, created_at);
CREATE TRIGGER audit_operator_change AFTER INSERT OR DELETE OR UPDATE ON registration FOR EACH ROW WHEN (CURRENT_USER = 'daytwo_operator'::name) EXECUTE FUNCTION app.audit_operator_change('tenant_id');
grant delete, insert, select, update on registration to daytwo_operator;
grant delete, insert, select, update on registration to daytwo_platform;

create view repositories_v_connected with (security_invoker=true) as
 SELECT tenant_id,
    name,
    hook_id,
    address
   FROM github_repository;
grant select on repositories_v_connected to daytwo_app;
grant select on repositories_v_connected to daytwo_operator;
grant select on repositories_v_connected to daytwo_platform;

create table request_minute (
  minute timestamp with time zone not null,
  tenant_id uuid, -- Null for requests that belong to nobody yet: webhooks, sign-in, refused keys.
  requests integer not null,
  errors integer not null, -- Answered with 500 or more.
  limited integer not null, -- Answered with 429.
  latency integer[] not null, -- Requests by duration; the bounds are in modules/operations/requests/latency.ts.
  constraint request_minute__minute UNIQUE NULLS NOT DISTINCT (minute, tenant_id)
);
CREATE TRIGGER audit_operator_change AFTER INSERT OR DELETE OR UPDATE ON request_minute FOR EACH ROW WHEN (CURRENT_USER = 'daytwo_operator'::name) EXECUTE FUNCTION app.audit_operator_change('tenant_id');
grant delete, insert, select, update on request_minute to daytwo_operator;
grant delete, insert, select, update on request_minute to daytwo_platform;

create table retention_run (
  tenant_id uuid not null,
  table_name text not null,
  last_run_at timestamp with time zone not null,
  state text not null,
  detail text not null,
  constraint retention_run_pkey PRIMARY KEY (tenant_id, table_name),
  constraint retention_run_state_check CHECK ((state = ANY (ARRAY['idle'::text, 'failed'::text])))
);
create policy operator on retention_run to daytwo_operator using (true);
create policy owner on retention_run to daytwo_owner using (true);
create policy platform on retention_run to daytwo_platform using (true);
create policy tenant on retention_run to daytwo_app using ((tenant_id = ( SELECT app.tenant_id() AS tenant_id)));
CREATE TRIGGER audit_operator_change AFTER INSERT OR DELETE OR UPDATE ON retention_run FOR EACH ROW WHEN (CURRENT_USER = 'daytwo_operator'::name) EXECUTE FUNCTION app.audit_operator_change('tenant_id');
grant delete, insert, select, update on retention_run to daytwo_app;
grant delete, insert, select, update on retention_run to daytwo_operator;
grant delete, insert, select, update on retention_run to daytwo_platform;

create table schedule (
  name text not null,
  id bigint not null generated always as identity,
  cron text not null,
  status text not null default 'pending'::text,
  due_at timestamp with time zone not null,
  attempt_count integer not null default 0,
  lease_owner uuid,
  last_error text,
  error_class text,
  finished_at timestamp with time zone,
  outcome text,
  last_started_at timestamp with time zone,
  last_finished_at timestamp with time zone,
  last_outcome text,
  last_duration_ms integer,
  constraint schedule_pkey PRIMARY KEY (id),
  constraint schedule__name UNIQUE (name),
  constraint schedule_status_check CHECK ((status = ANY (ARRAY['pending'::text, 'processing'::text, 'completed'::text, 'dead_lettered'::text])))
);
CREATE TRIGGER audit_operator_change AFTER INSERT OR DELETE OR UPDATE ON schedule FOR EACH ROW WHEN (CURRENT_USER = 'daytwo_operator'::name) EXECUTE FUNCTION app.audit_operator_change('tenant_id');
grant delete, insert, select, update on schedule to daytwo_operator;
grant delete, insert, select, update on schedule to daytwo_platform;

create table second_factor_challenge (
  hash bytea not null,
  person_id uuid not null,
  how jsonb not null, -- The first proof, and what the session is for.
  tries integer not null default 0,
  expires_at timestamp with time zone not null,
  used_at timestamp with time zone,
  constraint second_factor_challenge_pkey PRIMARY KEY (hash),
  constraint second_factor_challenge_person_id_fkey FOREIGN KEY (person_id) REFERENCES person(id) ON DELETE CASCADE
);
CREATE INDEX second_factor_challenge__expires_at ON public.second_factor_challenge USING btree (expires_at);
CREATE TRIGGER audit_operator_change AFTER INSERT OR DELETE OR UPDATE ON second_factor_challenge FOR EACH ROW WHEN (CURRENT_USER = 'daytwo_operator'::name) EXECUTE FUNCTION app.audit_operator_change('tenant_id');
grant delete, insert, select, update on second_factor_challenge to daytwo_operator;
grant delete, insert, select, update on second_factor_challenge to daytwo_platform;

create table session_confirmation (
  session_id uuid not null,
  confirmed_at timestamp with time zone not null default app.now(),
  constraint session_confirmation_pkey PRIMARY KEY (session_id),
  constraint session_confirmation_session_id_fkey FOREIGN KEY (session_id) REFERENCES person_session(id) ON UPDATE CASCADE ON DELETE CASCADE
);
CREATE TRIGGER audit_operator_change AFTER INSERT OR DELETE OR UPDATE ON session_confirmation FOR EACH ROW WHEN (CURRENT_USER = 'daytwo_operator'::name) EXECUTE FUNCTION app.audit_operator_change('tenant_id');
grant delete, insert, select, update on session_confirmation to daytwo_operator;
grant delete, insert, select, update on session_confirmation to daytwo_platform;

create table setting (
  tenant_id uuid not null,
  name text not null,
  value jsonb not null,
  updated_at timestamp with time zone not null default app.now(),
  constraint setting_pkey PRIMARY KEY (tenant_id, name)
);
create policy operator on setting to daytwo_operator using (true);
create policy owner on setting to daytwo_owner using (true);
create policy platform on setting to daytwo_platform using (true);
create policy tenant on setting to daytwo_app using ((tenant_id = ( SELECT app.tenant_id() AS tenant_id)));
CREATE TRIGGER audit_operator_change AFTER INSERT OR DELETE OR UPDATE ON setting FOR EACH ROW WHEN (CURRENT_USER = 'daytwo_operator'::name) EXECUTE FUNCTION app.audit_operator_change('tenant_id');
grant delete, insert, select, update on setting to daytwo_app;
grant delete, insert, select, update on setting to daytwo_operator;
grant delete, insert, select, update on setting to daytwo_platform;

create table setup_link (
  hash bytea not null,
  purpose text not null, -- first: worth something until there is an administrator. further: makes one more, for who holds the machine.
  expires_at timestamp with time zone not null,
  used_at timestamp with time zone,
  constraint setup_link_pkey PRIMARY KEY (hash),
  constraint setup_link_purpose_check CHECK ((purpose = ANY (ARRAY['first'::text, 'further'::text])))
);
CREATE TRIGGER audit_operator_change AFTER INSERT OR DELETE OR UPDATE ON setup_link FOR EACH ROW WHEN (CURRENT_USER = 'daytwo_operator'::name) EXECUTE FUNCTION app.audit_operator_change('tenant_id');
grant delete, insert, select, update on setup_link to daytwo_operator;
grant delete, insert, select, update on setup_link to daytwo_platform;

create table sign_in_attempt (
  key bytea not null, -- HMAC of the lower-cased e-mail address, or of it and a device known to it; whether an account exists cannot be seen.
  failures integer not null default 0,
  last_at timestamp with time zone not null default app.now(),
  locked_until timestamp with time zone,
  constraint sign_in_attempt_pkey PRIMARY KEY (key)
);
CREATE INDEX sign_in_attempt__last_at ON public.sign_in_attempt USING btree (last_at);
CREATE TRIGGER audit_operator_change AFTER INSERT OR DELETE OR UPDATE ON sign_in_attempt FOR EACH ROW WHEN (CURRENT_USER = 'daytwo_operator'::name) EXECUTE FUNCTION app.audit_operator_change('tenant_id');
grant delete, insert, select, update on sign_in_attempt to daytwo_operator;
grant delete, insert, select, update on sign_in_attempt to daytwo_platform;

create table signature_failure (
  tenant_id uuid not null,
  source text not null,
  minute timestamp with time zone not null,
  failures integer not null, -- Requests refused for a bad, missing or outdated signature.
  without_secret integer not null, -- Requests refused because the source has no secret.
  constraint signature_failure_pkey PRIMARY KEY (tenant_id, source, minute)
);
create policy operator on signature_failure to daytwo_operator using (true);
create policy owner on signature_failure to daytwo_owner using (true);
create policy platform on signature_failure to daytwo_platform using (true);
create policy tenant on signature_failure to daytwo_app using ((tenant_id = ( SELECT app.tenant_id() AS tenant_id)));
CREATE TRIGGER audit_operator_change AFTER INSERT OR DELETE OR UPDATE ON signature_failure FOR EACH ROW WHEN (CURRENT_USER = 'daytwo_operator'::name) EXECUTE FUNCTION app.audit_operator_change('tenant_id');
grant delete, insert, select, update on signature_failure to daytwo_app;
grant delete, insert, select, update on signature_failure to daytwo_operator;
grant delete, insert, select, update on signature_failure to daytwo_platform;

-- Generations only: the key itself is derived from JWT_SECRET and the id. One that is retired signs no more and is accepted until accepted_until.
create table signing_key (
  id uuid not null,
  created_at timestamp with time zone not null default app.now(),
  retired_at timestamp with time zone,
  accepted_until timestamp with time zone,
  constraint signing_key_pkey PRIMARY KEY (id)
);
CREATE TRIGGER audit_operator_change AFTER INSERT OR DELETE OR UPDATE ON signing_key FOR EACH ROW WHEN (CURRENT_USER = 'daytwo_operator'::name) EXECUTE FUNCTION app.audit_operator_change('tenant_id');
grant delete, insert, select, update on signing_key to daytwo_operator;
grant delete, insert, select, update on signing_key to daytwo_platform;

create table source_activity (
  tenant_id uuid not null,
  source text not null,
  hour timestamp with time zone not null,
  events integer not null, -- Events of this hour that were processed; a requeued event counts again.
  last_event_at timestamp with time zone not null,
  constraint source_activity_pkey PRIMARY KEY (tenant_id, source, hour)
);
create policy operator on source_activity to daytwo_operator using (true);
create policy owner on source_activity to daytwo_owner using (true);
create policy platform on source_activity to daytwo_platform using (true);
create policy tenant on source_activity to daytwo_app using ((tenant_id = ( SELECT app.tenant_id() AS tenant_id)));
CREATE TRIGGER audit_operator_change AFTER INSERT OR DELETE OR UPDATE ON source_activity FOR EACH ROW WHEN (CURRENT_USER = 'daytwo_operator'::name) EXECUTE FUNCTION app.audit_operator_change('tenant_id');
grant delete, insert, select, update on source_activity to daytwo_app;
grant delete, insert, select, update on source_activity to daytwo_operator;
grant delete, insert, select, update on source_activity to daytwo_platform;

-- Events that a source says there were and that had not come in.
create table source_gap (
  tenant_id uuid not null,
  source text not null,
  delivery_id text not null,
  kind text not null,
  event_type text not null,
  subject text not null,
  place text, -- Where the source has the event, where it can be asked for once more.
  occurred_at timestamp with time zone not null,
  found_at timestamp with time zone not null default app.now(),
  backfilled_at timestamp with time zone,
  attempts integer not null default 0,
  last_error text,
  constraint source_gap_pkey PRIMARY KEY (tenant_id, source, delivery_id),
  constraint source_gap_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenant(id)
);
CREATE INDEX source_gap__found_at ON public.source_gap USING btree (tenant_id, found_at);
CREATE INDEX source_gap__open ON public.source_gap USING btree (tenant_id, source, found_at) WHERE (backfilled_at IS NULL);
create policy operator on source_gap to daytwo_operator using (true);
create policy owner on source_gap to daytwo_owner using (true);
create policy platform on source_gap to daytwo_platform using (true);
create policy tenant on source_gap to daytwo_app using ((tenant_id = ( SELECT app.tenant_id() AS tenant_id)));
CREATE TRIGGER audit_operator_change AFTER INSERT OR DELETE OR UPDATE ON source_gap FOR EACH ROW WHEN (CURRENT_USER = 'daytwo_operator'::name) EXECUTE FUNCTION app.audit_operator_change('tenant_id');
grant delete, insert, select, update on source_gap to daytwo_app;
grant delete, insert, select, update on source_gap to daytwo_operator;
grant delete, insert, select, update on source_gap to daytwo_platform;

create table source_repository (
  tenant_id uuid not null,
  source text not null,
  external_id text not null, -- The source's own id, which stays when a repository is renamed or moved.
  name text not null,
  default_branch text,
  archived boolean not null,
  private boolean not null,
  pushed_at timestamp with time zone,
  seen_at timestamp with time zone not null default app.now(),
  gone_at timestamp with time zone,
  constraint source_repository_pkey PRIMARY KEY (tenant_id, source, external_id),
  constraint source_repository_name_check CHECK (((length(name) >= 3) AND (length(name) <= 201))),
  constraint source_repository_source_check CHECK ((source = 'github'::text)),
  constraint source_repository_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenant(id)
);
CREATE INDEX source_repository__name ON public.source_repository USING btree (tenant_id, lower(name), external_id);
create policy operator on source_repository to daytwo_operator using (true);
create policy owner on source_repository to daytwo_owner using (true);
create policy platform on source_repository to daytwo_platform using (true);
create policy tenant on source_repository to daytwo_app using ((tenant_id = ( SELECT app.tenant_id() AS tenant_id)));
CREATE TRIGGER audit_operator_change AFTER INSERT OR DELETE OR UPDATE ON source_repository FOR EACH ROW WHEN (CURRENT_USER = 'daytwo_operator'::name) EXECUTE FUNCTION app.audit_operator_change('tenant_id');
grant delete, insert, select, update on source_repository to daytwo_app;
grant delete, insert, select, update on source_repository to daytwo_operator;
grant delete, insert, select, update on source_repository to daytwo_platform;

create table spent_refresh_token (
  hash bytea not null,
  session_id uuid not null,
  spent_at timestamp with time zone not null default app.now(),
  constraint spent_refresh_token_pkey PRIMARY KEY (hash),
  constraint spent_refresh_token_session_id_fkey FOREIGN KEY (session_id) REFERENCES person_session(id) ON UPDATE CASCADE ON DELETE CASCADE
);
CREATE INDEX spent_refresh_token__session ON public.spent_refresh_token USING btree (session_id);
CREATE TRIGGER audit_operator_change AFTER INSERT OR DELETE OR UPDATE ON spent_refresh_token FOR EACH ROW WHEN (CURRENT_USER = 'daytwo_operator'::name) EXECUTE FUNCTION app.audit_operator_change('tenant_id');
grant delete, insert, select, update on spent_refresh_token to daytwo_operator;
grant delete, insert, select, update on spent_refresh_token to daytwo_platform;

create table sprint (
  tenant_id uuid not null,
  sprint_id bigint not null,
  board_id bigint not null,
  name text,
  started_at timestamp with time zone, -- The first start; null where nobody told it.
  closed_at timestamp with time zone, -- The last close; null while open, and again when it was reopened.
  reconstructed boolean not null, -- Its start was not heard in time: what was committed was rebuilt from the changes of its items.
  sealed boolean not null default false, -- Facts that its snapshots rest on are purged: never taken again.
  start_revision integer, -- The newest revision; it counts while started_at is set.
  close_revision integer, -- The newest revision; it counts while closed_at is set.
  derived_at timestamp with time zone not null default app.now(),
  constraint sprint_pkey PRIMARY KEY (tenant_id, sprint_id)
);
CREATE INDEX sprint__closed_at ON public.sprint USING btree (tenant_id, closed_at, sprint_id) WHERE (closed_at IS NOT NULL);
CREATE INDEX sprint__open ON public.sprint USING btree (tenant_id, started_at, sprint_id) WHERE (closed_at IS NULL);
create policy operator on sprint to daytwo_operator using (true);
create policy owner on sprint to daytwo_owner using (true);
create policy platform on sprint to daytwo_platform using (true);
create policy tenant on sprint to daytwo_app using ((tenant_id = ( SELECT app.tenant_id() AS tenant_id)));
CREATE TRIGGER audit_operator_change AFTER INSERT OR DELETE OR UPDATE ON sprint FOR EACH ROW WHEN (CURRENT_USER = 'daytwo_operator'::name) EXECUTE FUNCTION app.audit_operator_change('tenant_id');
grant delete, insert, select, update on sprint to daytwo_app;
grant delete, insert, select, update on sprint to daytwo_operator;
grant delete, insert, select, update on sprint to daytwo_platform;

create table sprint_item (
  tenant_id uuid not null,
  sprint_id bigint not null,
  item_key text not null,
  constraint sprint_item_pkey PRIMARY KEY (tenant_id, sprint_id, item_key)
);
CREATE INDEX sprint_item__item_key ON public.sprint_item USING btree (tenant_id, item_key);
create policy operator on sprint_item to daytwo_operator using (true);
create policy owner on sprint_item to daytwo_owner using (true);
create policy platform on sprint_item to daytwo_platform using (true);
create policy tenant on sprint_item to daytwo_app using ((tenant_id = ( SELECT app.tenant_id() AS tenant_id)));
CREATE TRIGGER audit_operator_change AFTER INSERT OR DELETE OR UPDATE ON sprint_item FOR EACH ROW WHEN (CURRENT_USER = 'daytwo_operator'::name) EXECUTE FUNCTION app.audit_operator_change('tenant_id');
grant delete, insert, select, update on sprint_item to daytwo_app;
grant delete, insert, select, update on sprint_item to daytwo_operator;
grant delete, insert, select, update on sprint_item to daytwo_platform;

create table sprint_kept_fact (
  tenant_id uuid not null,
  item_key text not null,
  what text not null, -- The field or action; of sprints the external id, for they keep all.
  external_id text not null,
  project_key text not null,
  action text not null,
  field text,
  to_value text,
  points double precision,
  occurred_at timestamp with time zone not null,
  recorded_at timestamp with time zone not null,
  constraint sprint_kept_fact_pkey PRIMARY KEY (tenant_id, item_key, what)
);
create policy operator on sprint_kept_fact to daytwo_operator using (true);
create policy owner on sprint_kept_fact to daytwo_owner using (true);
create policy platform on sprint_kept_fact to daytwo_platform using (true);
create policy tenant on sprint_kept_fact to daytwo_app using ((tenant_id = ( SELECT app.tenant_id() AS tenant_id)));
CREATE TRIGGER audit_operator_change AFTER INSERT OR DELETE OR UPDATE ON sprint_kept_fact FOR EACH ROW WHEN (CURRENT_USER = 'daytwo_operator'::name) EXECUTE FUNCTION app.audit_operator_change('tenant_id');
grant delete, insert, select, update on sprint_kept_fact to daytwo_app;
grant delete, insert, select, update on sprint_kept_fact to daytwo_operator;
grant delete, insert, select, update on sprint_kept_fact to daytwo_platform;

create table sprint_snapshot (
  tenant_id uuid not null,
  sprint_id bigint not null,
  kind text not null,
  revision integer not null,
  board_id bigint not null,
  name text,
  taken_for timestamp with time zone not null, -- The instant it shows.
  reconstructed boolean not null,
  items integer not null,
  points double precision, -- Of all items in the sprint then; null where none had any.
  completed_items integer,
  completed_points double precision,
  taken_at timestamp with time zone not null default app.now(), -- When this revision was made.
  constraint sprint_snapshot_pkey PRIMARY KEY (tenant_id, sprint_id, kind, revision),
  constraint sprint_snapshot__sprint FOREIGN KEY (tenant_id, sprint_id) REFERENCES sprint(tenant_id, sprint_id),
  constraint sprint_snapshot_kind_check CHECK ((kind = ANY (ARRAY['start'::text, 'close'::text]))),
  constraint sprint_snapshot_revision_check CHECK ((revision > 0))
);
create policy operator on sprint_snapshot to daytwo_operator using (true);
create policy owner on sprint_snapshot to daytwo_owner using (true);
create policy platform on sprint_snapshot to daytwo_platform using (true);
create policy tenant on sprint_snapshot to daytwo_app using ((tenant_id = ( SELECT app.tenant_id() AS tenant_id)));
CREATE TRIGGER audit_operator_change AFTER INSERT OR DELETE OR UPDATE ON sprint_snapshot FOR EACH ROW WHEN (CURRENT_USER = 'daytwo_operator'::name) EXECUTE FUNCTION app.audit_operator_change('tenant_id');
grant delete, insert, select, update on sprint_snapshot to daytwo_app;
grant delete, insert, select, update on sprint_snapshot to daytwo_operator;
grant delete, insert, select, update on sprint_snapshot to daytwo_platform;

create table sprint_snapshot_item (
  tenant_id uuid not null,
  sprint_id bigint not null,
  kind text not null,
  revision integer not null,
  item_key text not null,
  project_key text not null,
  source_value text default lower(project_key),
  outcome text not null, -- `committed` in a snapshot of a start; what became of it in one of a close.
  committed boolean, -- Whether it was in the sprint when that started; null where its start is not known.
  points double precision,
  start_points double precision, -- In a snapshot of a close: the points with which it was committed.
  fact_ids bigint[] not null, -- Rows of work_item_events that say so; empty where they were purged before.
  constraint sprint_snapshot_item_pkey PRIMARY KEY (tenant_id, sprint_id, kind, revision, item_key),
  constraint sprint_snapshot_item__snapshot FOREIGN KEY (tenant_id, sprint_id, kind, revision) REFERENCES sprint_snapshot(tenant_id, sprint_id, kind, revision),
  constraint sprint_snapshot_item_outcome_check CHECK ((outcome = ANY (ARRAY['committed'::text, 'completed'::text, 'not_completed'::text, 'removed'::text])))
);
create policy operator on sprint_snapshot_item to daytwo_operator using (true);
create policy owner on sprint_snapshot_item to daytwo_owner using (true);
create policy platform on sprint_snapshot_item to daytwo_platform using (true);
create policy tenant on sprint_snapshot_item to daytwo_app using ((tenant_id = ( SELECT app.tenant_id() AS tenant_id)));
CREATE TRIGGER audit_operator_change AFTER INSERT OR DELETE OR UPDATE ON sprint_snapshot_item FOR EACH ROW WHEN (CURRENT_USER = 'daytwo_operator'::name) EXECUTE FUNCTION app.audit_operator_change('tenant_id');
grant delete, insert, select, update on sprint_snapshot_item to daytwo_app;
grant delete, insert, select, update on sprint_snapshot_item to daytwo_operator;
grant delete, insert, select, update on sprint_snapshot_item to daytwo_platform;

create table sprint_snapshot_sum (
  tenant_id uuid not null,
  sprint_id bigint not null,
  kind text not null default 'close'::text,
  revision integer not null,
  source_value text not null, -- The Jira project as streams name it.
  estimated boolean not null, -- Whether any of the items has points.
  without_points integer not null,
  committed_items integer not null,
  committed_points double precision not null,
  completed_items integer not null,
  completed_points double precision not null,
  not_completed_items integer not null,
  not_completed_points double precision not null,
  kept_items integer not null, -- Committed and completed; their points are those they were committed with.
  kept_points double precision not null,
  added_items integer not null,
  added_points double precision not null,
  removed_items integer not null,
  removed_points double precision not null,
  constraint sprint_snapshot_sum_pkey PRIMARY KEY (tenant_id, sprint_id, kind, revision, source_value),
  constraint sprint_snapshot_sum__snapshot FOREIGN KEY (tenant_id, sprint_id, kind, revision) REFERENCES sprint_snapshot(tenant_id, sprint_id, kind, revision),
  constraint sprint_snapshot_sum_kind_check CHECK ((kind = 'close'::text))
);
create policy operator on sprint_snapshot_sum to daytwo_operator using (true);
create policy owner on sprint_snapshot_sum to daytwo_owner using (true);
create policy platform on sprint_snapshot_sum to daytwo_platform using (true);
create policy tenant on sprint_snapshot_sum to daytwo_app using ((tenant_id = ( SELECT app.tenant_id() AS tenant_id)));
CREATE TRIGGER audit_operator_change AFTER INSERT OR DELETE OR UPDATE ON sprint_snapshot_sum FOR EACH ROW WHEN (CURRENT_USER = 'daytwo_operator'::name) EXECUTE FUNCTION app.audit_operator_change('tenant_id');
grant delete, insert, select, update on sprint_snapshot_sum to daytwo_app;
grant delete, insert, select, update on sprint_snapshot_sum to daytwo_operator;
grant delete, insert, select, update on sprint_snapshot_sum to daytwo_platform;

create table sso_flow (
  hash bytea not null, -- SHA-256 of the cookie of the browser that began.
  provider text not null,
  sealed bytea not null, -- State, nonce and PKCE verifier.
  return_to text not null,
  expires_at timestamp with time zone not null,
  constraint sso_flow_pkey PRIMARY KEY (hash),
  constraint sso_flow_provider_check CHECK ((provider = ANY (ARRAY['oidc'::text, 'github'::text, 'repositories'::text])))
);
CREATE INDEX sso_flow__expires_at ON public.sso_flow USING btree (expires_at);
CREATE TRIGGER audit_operator_change AFTER INSERT OR DELETE OR UPDATE ON sso_flow FOR EACH ROW WHEN (CURRENT_USER = 'daytwo_operator'::name) EXECUTE FUNCTION app.audit_operator_change('tenant_id');
grant delete, insert, select, update on sso_flow to daytwo_operator;
grant delete, insert, select, update on sso_flow to daytwo_platform;

-- A team or product (delivery) or a platform or language (tech). `all` is everything a tenant has and needs no row.
create table stream (
  tenant_id uuid not null,
  id text not null,
  kind text not null,
  name text not null,
  created_at timestamp with time zone not null default app.now(),
  constraint stream_pkey PRIMARY KEY (tenant_id, id),
  constraint stream_id_check CHECK (((id ~ '^[a-z0-9][a-z0-9-]{0,62}$'::text) AND (id <> 'all'::text))),
  constraint stream_kind_check CHECK ((kind = ANY (ARRAY['delivery'::text, 'tech'::text]))),
  constraint stream_name_check CHECK (((length(name) >= 1) AND (length(name) <= 200)))
);
create policy operator on stream to daytwo_operator using (true);
create policy owner on stream to daytwo_owner using (true);
create policy platform on stream to daytwo_platform using (true);
create policy tenant on stream to daytwo_app using ((tenant_id = ( SELECT app.tenant_id() AS tenant_id)));
CREATE TRIGGER audit_operator_change AFTER INSERT OR DELETE OR UPDATE ON stream FOR EACH ROW WHEN (CURRENT_USER = 'daytwo_operator'::name) EXECUTE FUNCTION app.audit_operator_change('tenant_id');
grant delete, insert, select, update on stream to daytwo_app;
grant delete, insert, select, update on stream to daytwo_operator;
grant delete, insert, select, update on stream to daytwo_platform;

create table stream_source (
  tenant_id uuid not null,
  stream_id text not null,
  kind text not null,
  value text not null,
  constraint stream_source_pkey PRIMARY KEY (tenant_id, stream_id, kind, value),
  constraint stream_source__stream FOREIGN KEY (tenant_id, stream_id) REFERENCES stream(tenant_id, id) ON DELETE CASCADE,
  constraint stream_source_kind_check CHECK ((kind = ANY (ARRAY['repository'::text, 'jira_project'::text, 'service'::text]))),
  constraint stream_source_value_check CHECK (((value = lower(value)) AND ((length(value) >= 1) AND (length(value) <= 300))))
);
CREATE INDEX stream_source__value ON public.stream_source USING btree (tenant_id, kind, value);
create policy operator on stream_source to daytwo_operator using (true);
create policy owner on stream_source to daytwo_owner using (true);
create policy platform on stream_source to daytwo_platform using (true);
create policy tenant on stream_source to daytwo_app using ((tenant_id = ( SELECT app.tenant_id() AS tenant_id)));
CREATE TRIGGER audit_operator_change AFTER INSERT OR DELETE OR UPDATE ON stream_source FOR EACH ROW WHEN (CURRENT_USER = 'daytwo_operator'::name) EXECUTE FUNCTION app.audit_operator_change('tenant_id');
grant delete, insert, select, update on stream_source to daytwo_app;
grant delete, insert, select, update on stream_source to daytwo_operator;
grant delete, insert, select, update on stream_source to daytwo_platform;

create table subscription_work (
  tenant_id uuid not null,
  id bigint not null generated always as identity,
  subscriber text not null,
  event_id bigint not null,
  status text not null default 'pending'::text,
  outcome text,
  due_at timestamp with time zone not null default app.now(),
  attempt_count integer not null default 0,
  last_error text,
  error_class text,
  lease_owner uuid,
  finished_at timestamp with time zone,
  requeued_count integer not null default 0,
  constraint subscription_work_pkey PRIMARY KEY (tenant_id, id),
  constraint subscription_work__event FOREIGN KEY (tenant_id, event_id) REFERENCES domain_event(tenant_id, id) ON DELETE CASCADE,
  constraint subscription_work_status_check CHECK ((status = ANY (ARRAY['pending'::text, 'processing'::text, 'completed'::text, 'dead_lettered'::text])))
);
CREATE INDEX subscription_work__dead ON public.subscription_work USING btree (tenant_id, subscriber, id) WHERE ((finished_at IS NOT NULL) AND (error_class IS NOT NULL));
CREATE INDEX subscription_work__error_class ON public.subscription_work USING btree (tenant_id, subscriber, error_class, id) WHERE ((finished_at IS NOT NULL) AND (error_class IS NOT NULL));
CREATE INDEX subscription_work__event_id ON public.subscription_work USING btree (tenant_id, event_id);
CREATE INDEX subscription_work__open ON public.subscription_work USING btree (subscriber, tenant_id, due_at, id) WHERE (finished_at IS NULL);
CREATE INDEX subscription_work__tried ON public.subscription_work USING btree (subscriber, due_at, id) WHERE ((finished_at IS NULL) AND (error_class IS NOT NULL));
create policy operator on subscription_work to daytwo_operator using (true);
create policy owner on subscription_work to daytwo_owner using (true);
create policy platform on subscription_work to daytwo_platform using (true);
create policy tenant on subscription_work to daytwo_app using ((tenant_id = ( SELECT app.tenant_id() AS tenant_id)));
CREATE TRIGGER audit_operator_change AFTER INSERT OR DELETE OR UPDATE ON subscription_work FOR EACH ROW WHEN (CURRENT_USER = 'daytwo_operator'::name) EXECUTE FUNCTION app.audit_operator_change('tenant_id');
CREATE TRIGGER finish BEFORE UPDATE OF status ON subscription_work FOR EACH ROW WHEN ((new.status = ANY (ARRAY['completed'::text, 'dead_lettered'::text])) AND new.finished_at IS NULL) EXECUTE FUNCTION app.finish();
CREATE TRIGGER requeue BEFORE UPDATE OF status ON subscription_work FOR EACH ROW WHEN (new.status = 'pending'::text AND (old.status = ANY (ARRAY['completed'::text, 'dead_lettered'::text]))) EXECUTE FUNCTION app.requeue();
CREATE TRIGGER wake AFTER INSERT ON subscription_work FOR EACH STATEMENT EXECUTE FUNCTION app.wake();
grant delete, insert, select, update on subscription_work to daytwo_app;
grant delete, insert, select, update on subscription_work to daytwo_operator;
grant delete, insert, select, update on subscription_work to daytwo_platform;

create table support_access (
  tenant_id uuid not null,
  id uuid not null,
  person_id uuid not null,
  role text not null,
  reason text not null,
  opened_at timestamp with time zone not null default app.now(),
  until timestamp with time zone not null,
  closed_at timestamp with time zone,
  constraint support_access_pkey PRIMARY KEY (tenant_id, id),
  constraint support_access_person_id_fkey FOREIGN KEY (person_id) REFERENCES person(id),
  constraint support_access_reason_check CHECK (((length(reason) >= 5) AND (length(reason) <= 1000))),
  constraint support_access_role_check CHECK ((role = ANY (ARRAY['viewer'::text, 'operator'::text, 'admin'::text]))),
  constraint support_access_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenant(id)
);
CREATE UNIQUE INDEX support_access__open ON public.support_access USING btree (tenant_id, person_id) WHERE (closed_at IS NULL);
CREATE INDEX support_access__person ON public.support_access USING btree (person_id, until);
create policy operator on support_access to daytwo_operator using (true);
create policy owner on support_access to daytwo_owner using (true);
create policy platform on support_access to daytwo_platform using (true);
create policy tenant on support_access to daytwo_app using ((tenant_id = ( SELECT app.tenant_id() AS tenant_id)));
CREATE TRIGGER audit_operator_change AFTER INSERT OR DELETE OR UPDATE ON support_access FOR EACH ROW WHEN (CURRENT_USER = 'daytwo_operator'::name) EXECUTE FUNCTION app.audit_operator_change('tenant_id');
CREATE TRIGGER tell_rights AFTER UPDATE OF closed_at ON support_access FOR EACH STATEMENT EXECUTE FUNCTION app.tell_rights();
grant delete, insert, select, update on support_access to daytwo_app;
grant delete, insert, select, update on support_access to daytwo_operator;
grant delete, insert, select, update on support_access to daytwo_platform;

create table tenant (
  id uuid not null,
  slug text not null,
  name text not null,
  time_zone text not null default 'UTC'::text, -- IANA name; days of metrics are days of this zone.
  status text not null default 'ready'::text,
  created_at timestamp with time zone not null default app.now(),
  plan text not null default 'enterprise'::text, -- The plan that was granted; what it includes is the billing module's to say.
  modules text[] not null default '{}'::text[],
  status_changed_at timestamp with time zone,
  constraint tenant_pkey PRIMARY KEY (id),
  constraint tenant__slug UNIQUE (slug),
  constraint tenant_name_check CHECK (((length(name) >= 1) AND (length(name) <= 200))),
  constraint tenant_plan_check CHECK ((plan = ANY (ARRAY['core'::text, 'pro'::text, 'enterprise'::text]))),
  constraint tenant_slug_check CHECK ((slug ~ '^[a-z0-9][a-z0-9-]{0,62}$'::text)),
  constraint tenant_status_check CHECK ((status = ANY (ARRAY['ready'::text, 'suspended'::text, 'removed'::text])))
);
create policy operator on tenant to daytwo_operator using (true);
create policy owner on tenant to daytwo_owner using (true);
create policy platform on tenant to daytwo_platform using (true);
create policy tenant on tenant to daytwo_app using ((id = ( SELECT app.tenant_id() AS tenant_id)));
CREATE TRIGGER audit_operator_change AFTER INSERT OR DELETE OR UPDATE ON tenant FOR EACH ROW WHEN (CURRENT_USER = 'daytwo_operator'::name) EXECUTE FUNCTION app.audit_operator_change('id');
CREATE TRIGGER tell_rights AFTER UPDATE OF status ON tenant FOR EACH STATEMENT EXECUTE FUNCTION app.tell_rights();
grant delete, insert, select, update on tenant to daytwo_app;
grant delete, insert, select, update on tenant to daytwo_operator;
grant delete, insert, select, update on tenant to daytwo_platform;

create view tenants_v_key with (security_invoker=true) as
 SELECT tenant_id,
    id,
    last_used_at,
    created_at
   FROM api_key k
  WHERE (revoked_at IS NULL OR revoked_at > app.now()) AND (expires_at IS NULL OR expires_at > app.now());
grant select on tenants_v_key to daytwo_app;
grant select on tenants_v_key to daytwo_operator;
grant select on tenants_v_key to daytwo_platform;

create view tenants_v_person with (security_invoker=true) as
 SELECT id,
    email,
    name,
    status,
    platform_role,
    created_at,
    last_seen_at
   FROM person p;
grant select on tenants_v_person to daytwo_operator;
grant select on tenants_v_person to daytwo_platform;

-- What a worker holds. A claim neither ended nor prolonged until lease_until is taken from its owner.
create table work_claim (
  tenant_id uuid not null,
  id uuid not null,
  work text not null,
  row_ids bigint[] not null,
  lease_until timestamp with time zone not null,
  constraint work_claim_pkey PRIMARY KEY (tenant_id, id)
);
CREATE INDEX work_claim__id ON public.work_claim USING btree (id);
CREATE INDEX work_claim__lease ON public.work_claim USING btree (work, lease_until);
create policy operator on work_claim to daytwo_operator using (true);
create policy owner on work_claim to daytwo_owner using (true);
create policy platform on work_claim to daytwo_platform using (true);
create policy tenant on work_claim to daytwo_app using ((tenant_id = ( SELECT app.tenant_id() AS tenant_id)));
CREATE TRIGGER audit_operator_change AFTER INSERT OR DELETE OR UPDATE ON work_claim FOR EACH ROW WHEN (CURRENT_USER = 'daytwo_operator'::name) EXECUTE FUNCTION app.audit_operator_change('tenant_id');
grant delete, insert, select, update on work_claim to daytwo_app;
grant delete, insert, select, update on work_claim to daytwo_operator;
grant delete, insert, select, update on work_claim to daytwo_platform;

create table work_item_events (
  tenant_id uuid not null,
  id bigint not null generated always as identity,
  source text not null,
  external_id text not null,
  item_key text not null,
  project_key text not null,
  item_type text,
  action text not null,
  field text,
  from_value text,
  to_value text,
  points double precision,
  occurred_at timestamp with time zone not null,
  recorded_at timestamp with time zone not null default app.now(),
  constraint work_item_events_pkey PRIMARY KEY (tenant_id, id),
  constraint work_item_events__natural UNIQUE (tenant_id, source, item_key, external_id),
  constraint work_item_events_source_check CHECK ((source = ANY (ARRAY['jira'::text, 'github'::text])))
);
CREATE INDEX work_item_events__occurred_at ON public.work_item_events USING btree (tenant_id, project_key, occurred_at);
CREATE INDEX work_item_events__recorded_at ON public.work_item_events USING btree (tenant_id, recorded_at);
create policy operator on work_item_events to daytwo_operator using (true);
create policy owner on work_item_events to daytwo_owner using (true);
create policy platform on work_item_events to daytwo_platform using (true);
create policy tenant on work_item_events to daytwo_app using ((tenant_id = ( SELECT app.tenant_id() AS tenant_id)));
CREATE TRIGGER audit_operator_change AFTER INSERT OR DELETE OR UPDATE ON work_item_events FOR EACH ROW WHEN (CURRENT_USER = 'daytwo_operator'::name) EXECUTE FUNCTION app.audit_operator_change('tenant_id');
grant delete, insert, select, update on work_item_events to daytwo_app;
grant delete, insert, select, update on work_item_events to daytwo_operator;
grant delete, insert, select, update on work_item_events to daytwo_platform;

create table work_items (
  tenant_id uuid not null,
  source text not null,
  item_key text not null,
  project_key text not null,
  source_value text default lower(project_key), -- The Jira project or repository as streams name their sources.
  item_type text,
  created_at timestamp with time zone, -- Null while nobody said when: heard of after it was created.
  started_at timestamp with time zone, -- The first start, kept when the item is reopened; null before it, and where the item was done when it was first heard of.
  finished_at timestamp with time zone, -- When it came to done and stayed there; null while open.
  reopened integer not null default 0, -- How often it left done again.
  points double precision,
  status text,
  status_category text,
  active_seconds bigint, -- Time in the category `indeterminate` between start and finish; null while open and where statuses are not told (GitHub).
  deleted_at timestamp with time zone, -- Deleted or moved away: it counts nowhere.
  sealed_history jsonb, -- What purged facts said, cut down to what the state needs; null while all facts are there.
  derived_at timestamp with time zone not null default app.now(), -- When this row last changed.
  constraint work_items_pkey PRIMARY KEY (tenant_id, source, item_key),
  constraint work_items_status_category_check CHECK ((status_category = ANY (ARRAY['new'::text, 'indeterminate'::text, 'done'::text])))
);
CREATE INDEX work_items__created_at ON public.work_items USING btree (tenant_id, created_at) INCLUDE (source, source_value, item_type) WHERE (deleted_at IS NULL);
CREATE INDEX work_items__derived_at ON public.work_items USING btree (tenant_id, derived_at);
CREATE INDEX work_items__finished_at ON public.work_items USING btree (tenant_id, finished_at) INCLUDE (started_at, created_at, source, source_value, item_type, reopened, active_seconds) WHERE (deleted_at IS NULL);
create policy operator on work_items to daytwo_operator using (true);
create policy owner on work_items to daytwo_owner using (true);
create policy platform on work_items to daytwo_platform using (true);
create policy tenant on work_items to daytwo_app using ((tenant_id = ( SELECT app.tenant_id() AS tenant_id)));
CREATE TRIGGER audit_operator_change AFTER INSERT OR DELETE OR UPDATE ON work_items FOR EACH ROW WHEN (CURRENT_USER = 'daytwo_operator'::name) EXECUTE FUNCTION app.audit_operator_change('tenant_id');
grant delete, insert, select, update on work_items to daytwo_app;
grant delete, insert, select, update on work_items to daytwo_operator;
grant delete, insert, select, update on work_items to daytwo_platform;

-- completed and failed are sums of the minute; due, active and dead the largest value seen in it.
create table work_minute (
  work text not null,
  minute timestamp with time zone not null,
  completed integer not null,
  failed integer not null,
  due integer not null,
  active integer not null,
  dead integer not null,
  constraint work_minute_pkey PRIMARY KEY (minute, work)
);
CREATE TRIGGER audit_operator_change AFTER INSERT OR DELETE OR UPDATE ON work_minute FOR EACH ROW WHEN (CURRENT_USER = 'daytwo_operator'::name) EXECUTE FUNCTION app.audit_operator_change('tenant_id');
grant delete, insert, select, update on work_minute to daytwo_operator;
grant delete, insert, select, update on work_minute to daytwo_platform;

CREATE OR REPLACE FUNCTION app.add_counts(a integer[], b integer[])
 RETURNS integer[]
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
AS $function$
  select array_agg(coalesce(x, 0) + coalesce(y, 0) order by n) from unnest(a, b) with ordinality as t(x, y, n)
$function$;

CREATE OR REPLACE FUNCTION app.api_key_by_hash(wanted bytea)
 RETURNS TABLE(tenant_id uuid, id uuid, name text, scopes text[], streams text[], state text, last_used_at timestamp with time zone)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'app', 'pg_temp'
AS $function$
  select k.tenant_id, k.id, k.name, k.scopes, k.streams,
    case when k.revoked_at <= app.now() then 'revoked' when k.expires_at <= app.now() then 'expired'
      when t.status <> 'ready' then 'suspended' else 'active' end,
    k.last_used_at
  from api_key k join tenant t on t.id = k.tenant_id where k.hash = wanted
$function$;

CREATE OR REPLACE FUNCTION app.audit_hash(previous bytea, place bigint, e audit_events)
 RETURNS bytea
 LANGUAGE sql
 STABLE PARALLEL SAFE
AS $function$
  select sha256(previous || convert_to(jsonb_build_array(e.tenant_id, place, e.id, e.module, e.action, extract(epoch from e.created_at),
    e.actor_type, e.actor_id, e.actor_name, e.subject, e.delta, e.request_id)::text, 'UTF8'))
$function$;

CREATE OR REPLACE FUNCTION app.audit_now()
 RETURNS timestamp with time zone
 LANGUAGE sql
 STABLE
AS $function$
  select case when coalesce(current_setting('app.clock_offset', true), '') = '' then now() else now() + coalesce((
    select split_part(c, '=', 2)::interval from pg_catalog.pg_db_role_setting s
    join pg_catalog.pg_database d on d.oid = s.setdatabase and d.datname = current_database()
    cross join unnest(s.setconfig) c
    where s.setrole = 0 and starts_with(c, 'app.clock_offset=')), '0') end
$function$;

CREATE OR REPLACE FUNCTION app.audit_operator_change()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'app', 'pg_temp'
AS $function$
declare
  before jsonb := case when tg_op = 'INSERT' then null else to_jsonb(old) end;
  after jsonb := case when tg_op = 'DELETE' then null else to_jsonb(new) end;
begin
  insert into audit_events (tenant_id, module, action, actor_type, actor_id, actor_name, subject, delta)
  values (
    coalesce((coalesce(after, before) ->> tg_argv[0])::uuid, '00000000-0000-7000-8000-000000000001'),
    'operator', lower(tg_op) || '.' || tg_table_name, 'operator', session_user, session_user,
    tg_table_name || ':' || coalesce(coalesce(after, before) ->> 'id', '?'),
    jsonb_build_object('before', app.without_secrets(before, null, tg_relid), 'after', app.without_secrets(after, before, tg_relid))
  );
  return null;
end $function$;

CREATE OR REPLACE FUNCTION app.audit_prefix_end(tenant uuid, day date)
 RETURNS bigint
 LANGUAGE sql
 STABLE
AS $function$
  select coalesce((
    select a.seq from audit_events a
    where a.tenant_id = tenant and not (a.created_at >= (day::timestamp at time zone 'UTC') and a.created_at < ((day + 1)::timestamp at time zone 'UTC'))
    order by a.seq limit 1), 9223372036854775807)
$function$;

CREATE OR REPLACE FUNCTION app.caller_of_session(wanted uuid)
 RETURNS TABLE(person_id uuid, name text, email text, platform_role text, tenant_id uuid, role text, support boolean, state text, created_at timestamp with time zone)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'app', 'pg_temp'
AS $function$
  select p.id, p.name, p.email, p.platform_role,
    case when t.status = 'ready' and coalesce(m.role, a.role) is not null then t.id end,
    case when t.status = 'ready' then coalesce(m.role, a.role) end,
    m.role is null and a.role is not null,
    case when s.revoked_at is not null then 'revoked' when least(s.expires_at, s.ends_at) <= app.now() then 'expired'
      when p.status <> 'active' then 'disabled' else 'active' end,
    s.created_at
  from person_session s
  join person p on p.id = s.person_id
  left join tenant t on t.id = s.tenant_id
  left join member m on m.tenant_id = s.tenant_id and m.person_id = p.id and m.status = 'active'
  left join lateral (
    select x.role from support_access x
    where x.tenant_id = s.tenant_id and x.person_id = p.id and x.closed_at is null and x.until > app.now() and p.platform_role is not null
    order by x.until desc limit 1
  ) a on true
  where s.id = wanted
$function$;

CREATE OR REPLACE FUNCTION app.chain_audit_event()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'app', 'pg_temp'
AS $function$
declare
  place bigint;
  link bytea;
begin
  loop
    -- Waits here, at commit, for whoever commits to the same chain; the hash is computed from what it left.
    update audit_chain c set seq = c.seq + 1, hash = app.audit_hash(c.hash, c.seq + 1, new)
    where c.tenant_id = new.tenant_id returning c.seq, c.hash into place, link;
    exit when found;
    insert into audit_chain (tenant_id, seq, hash) values (new.tenant_id, 0, '') on conflict do nothing;
  end loop;
  update audit_events a set seq = place, hash = link where a.tenant_id = new.tenant_id and a.id = new.id;
  return null;
end $function$;

CREATE OR REPLACE FUNCTION app.connection_by_event_source(wanted_tenant uuid, wanted text)
 RETURNS TABLE(tenant_id uuid, id uuid, secret bytea, previous_secret bytea)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'app', 'pg_temp'
AS $function$
  select c.tenant_id, c.id, c.secret, case when c.previous_valid_until > app.now() then c.previous_secret end
  from connection c join tenant t on t.id = c.tenant_id
  where c.tenant_id = wanted_tenant and c.event_source = wanted and c.disabled_at is null and t.status = 'ready'
$function$;

CREATE OR REPLACE FUNCTION app.connection_by_id(wanted uuid)
 RETURNS TABLE(tenant_id uuid, id uuid, source text, event_source text, secret bytea, previous_secret bytea)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'app', 'pg_temp'
AS $function$
  select c.tenant_id, c.id, c.source, c.event_source, c.secret,
    case when c.previous_valid_until > app.now() then c.previous_secret end
  from connection c join tenant t on t.id = c.tenant_id
  where c.id = wanted and c.disabled_at is null and t.status = 'ready'
$function$;

CREATE OR REPLACE FUNCTION app.finish()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  new.finished_at := app.now();
  new.lease_owner := null;
  if new.status = 'dead_lettered' then new.error_class := coalesce(new.error_class, 'by-hand'); end if;
  return new;
end $function$;

CREATE OR REPLACE FUNCTION app.now()
 RETURNS timestamp with time zone
 LANGUAGE sql
 STABLE PARALLEL SAFE
AS $function$
  select now() + coalesce(nullif(current_setting('app.clock_offset', true), ''), '0')::interval
$function$;

CREATE OR REPLACE FUNCTION app.people_of_tenant()
 RETURNS TABLE(id uuid, email text, name text, status text)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'app', 'pg_temp'
AS $function$
  select p.id, p.email, p.name, p.status from person p
  where exists (select from member m where m.person_id = p.id and m.tenant_id = app.tenant_id())
    or exists (select from support_access s where s.person_id = p.id and s.tenant_id = app.tenant_id())
$function$;

CREATE OR REPLACE FUNCTION app.platform_table(target regclass)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
begin
  execute format('grant select, insert, update, delete on %s to daytwo_platform, daytwo_operator', target);
  execute format('create trigger audit_operator_change after insert or update or delete on %s for each row
    when (current_user = ''daytwo_operator'') execute function app.audit_operator_change(''tenant_id'')', target);
end $function$;

CREATE OR REPLACE FUNCTION app.protect(target regclass, tenant_column name DEFAULT 'tenant_id'::name)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
begin
  execute format('alter table %s enable row level security', target);
  execute format('alter table %s force row level security', target);
  execute format('create policy tenant on %s to daytwo_app using (%I = (select app.tenant_id())) with check (%I = (select app.tenant_id()))',
    target, tenant_column, tenant_column);
  execute format('create policy platform on %s to daytwo_platform using (true) with check (true)', target);
  execute format('create policy operator on %s to daytwo_operator using (true) with check (true)', target);
  -- With forced row security a data migration would silently change nothing, were the owner not admitted too.
  execute format('create policy owner on %s to daytwo_owner using (true) with check (true)', target);
  execute format('grant select, insert, update, delete on %s to daytwo_app, daytwo_platform, daytwo_operator', target);
  execute format('create trigger audit_operator_change after insert or update or delete on %s for each row
    when (current_user = ''daytwo_operator'') execute function app.audit_operator_change(%L)', target, tenant_column);
end $function$;

CREATE OR REPLACE FUNCTION app.purge_audit_events(tenant uuid, ids bigint[], before date, file text, archived_rows bigint, digest text)
 RETURNS bigint
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'app', 'pg_temp'
AS $function$
declare
  removed bigint;
  upto bigint;
begin
  if before > (app.audit_now() at time zone 'UTC')::date - 90 then
    raise exception 'audit events are kept for 90 days at least' using errcode = '22023';
  end if;
  if file is null or digest !~ '^[0-9a-f]{64}$' then
    raise exception 'audit events are purged only after they were archived' using errcode = '22023';
  end if;
  select max(c.seq) into upto from audit_checkpoint c
  join audit_events a on a.tenant_id = c.tenant_id and a.seq = c.seq and a.hash = c.hash
  where c.tenant_id = tenant and c.kind = 'purge'
    and c.seq < coalesce((
      select min(x.seq) from audit_events x
      where x.tenant_id = tenant and (x.id <> all (ids) or x.created_at >= (before::timestamp at time zone 'UTC'))), 9223372036854775807);
  delete from audit_events a where a.tenant_id = tenant and a.seq <= upto;
  get diagnostics removed = row_count;
  if removed > 0 then
    insert into audit_events (tenant_id, module, action, actor_type, actor_id, actor_name, subject, delta)
    values (tenant, 'retention', 'retention.audit-purged', 'command', 'scheduler:enforce-data-retention',
      'scheduler:enforce-data-retention', 'archive:' || file,
      jsonb_build_object('after', jsonb_build_object('archived_rows', archived_rows, 'purged_rows', removed, 'before', before, 'sha256', digest, 'upto_seq', upto)));
  end if;
  return removed;
end $function$;

CREATE OR REPLACE FUNCTION app.requeue()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  new.due_at := app.now();
  new.attempt_count := 0;
  new.error_class := null;
  new.requeued_count := old.requeued_count + 1;
  new.lease_owner := null;
  new.finished_at := null;
  new.outcome := null;
  perform pg_notify('daytwo_work', tg_table_name);
  return new;
end $function$;

CREATE OR REPLACE FUNCTION app.second_factors_of_tenant()
 RETURNS TABLE(person_id uuid)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'app', 'pg_temp'
AS $function$
  select m.person_id from member m where m.tenant_id = app.tenant_id() and (
    exists (select from person_totp f where f.person_id = m.person_id and f.confirmed_at is not null)
    or exists (select from passkey k where k.person_id = m.person_id))
$function$;

CREATE OR REPLACE FUNCTION app.tell_rights()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  perform pg_notify('daytwo_rights', '');
  return null;
end $function$;

CREATE OR REPLACE FUNCTION app.tell_topics()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  perform pg_notify('daytwo_live', n.tenant_id || ':' || split_part(n.told, '.', 1))
  from (select distinct r.tenant_id, to_jsonb(r) ->> tg_argv[0] as told from new_rows r) n;
  return null;
end $function$;

CREATE OR REPLACE FUNCTION app.tenant_id()
 RETURNS uuid
 LANGUAGE sql
 STABLE PARALLEL SAFE
AS $function$
  select nullif(current_setting('app.tenant_id', true), '')::uuid
$function$;

CREATE OR REPLACE FUNCTION app.touch_person(seen uuid)
 RETURNS void
 LANGUAGE sql
 SET search_path TO 'public', 'app', 'pg_temp'
AS $function$
  update person set last_seen_at = app.now() where id = seen and (last_seen_at is null or last_seen_at < app.now() - interval '50 seconds')
$function$;

CREATE OR REPLACE FUNCTION app.unpack_seconds(packed bytea)
 RETURNS SETOF integer
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE STRICT
AS $function$
  select (get_byte(packed, at) << 24) | (get_byte(packed, at + 1) << 16) | (get_byte(packed, at + 2) << 8) | get_byte(packed, at + 3)
  from generate_series(0, length(packed) - 4, 4) as at
$function$;

CREATE OR REPLACE FUNCTION app.wake()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  perform pg_notify('daytwo_work', tg_table_name);
  return null;
end $function$;

CREATE OR REPLACE FUNCTION app.without_secrets(columns jsonb, before jsonb, target oid)
 RETURNS jsonb
 LANGUAGE sql
 STABLE
AS $function$
  select jsonb_object_agg(c.key, case
    when c.value = 'null' or not (a.atttypid = 'bytea'::regtype or c.key ~ '(password|secret|token)' or (t.relname = 'idempotency_key' and c.key in ('body', 'headers')))
      then c.value
    when before is null or before -> c.key = c.value then '"***"'
    else '"*** (changed)"' end)
  from jsonb_each(columns) c
  join pg_class t on t.oid = target
  join pg_attribute a on a.attrelid = target and a.attname = c.key
$function$;

CREATE OR REPLACE FUNCTION app.work_table(target regclass)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
begin
  execute format('alter table %s add column if not exists requeued_count integer not null default 0', target);
  execute format('create trigger wake after insert on %s for each statement execute function app.wake()', target);
  execute format('create trigger requeue before update of status on %s for each row
    when (new.status = ''pending'' and old.status in (''completed'', ''dead_lettered'')) execute function app.requeue()', target);
  execute format('create trigger finish before update of status on %s for each row
    when (new.status in (''completed'', ''dead_lettered'') and new.finished_at is null) execute function app.finish()', target);
end $function$;
