-- A forecast is judged by what the stream was when it was made.
alter table forecast add column scope text, add column void boolean not null default false;
comment on column forecast.scope is 'Digest of the stream''s sources of work items when it was made; null where that was not kept.';
comment on column forecast.void is 'The stream had other sources before it could be judged; settled without an outcome.';

-- down
alter table forecast drop column void, drop column scope;
