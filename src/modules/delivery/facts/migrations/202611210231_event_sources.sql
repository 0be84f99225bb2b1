-- Facts of sources that have a name of their own, and of what was said with a key (`api`).
alter table deployment_records drop constraint deployment_records_source_check;
alter table deployment_records add constraint deployment_records_source_check
  check (source in ('github.deployment', 'github.release', 'github.workflow_run') or source ~ '^[a-z][a-z0-9-]{1,39}$');
alter table incident_events drop constraint incident_events_source_check;
alter table incident_events add constraint incident_events_source_check check (source ~ '^[a-z][a-z0-9-]{1,39}$');

-- down
-- What is there stays, though it could no longer be written.
alter table incident_events drop constraint incident_events_source_check;
alter table incident_events add constraint incident_events_source_check
  check (source in ('jira', 'github', 'api')) not valid;
alter table deployment_records drop constraint deployment_records_source_check;
alter table deployment_records add constraint deployment_records_source_check
  check (source in ('github.deployment', 'github.release', 'github.workflow_run', 'git', 'api')) not valid;
