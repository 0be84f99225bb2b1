-- The newest run of cross-stream correlations of each tenant; a run replaces the one before as a whole.
create table cross_stream_run (
  tenant_id uuid not null,
  digest text not null,
  definition text not null,
  computed_at timestamptz not null,
  first_week date not null,
  weeks integer not null,
  time_zone text not null,
  streams integer not null,
  pairs integer not null,
  tests integer not null,
  insufficient integer not null,
  pairs_sharing integer not null,
  pairs_beyond integer not null,
  constraint cross_stream_run_pkey primary key (tenant_id)
);
comment on column cross_stream_run.digest is 'SHA-256 of everything the figures follow from: equal inputs are not computed again.';
comment on column cross_stream_run.computed_at is 'When its inputs were read; one with older inputs never replaces it.';
comment on column cross_stream_run.first_week is 'Monday of the first of `weeks` full ISO weeks of the time zone.';
comment on column cross_stream_run.insufficient is 'Measures of pairs for which no lag had enough data.';
comment on column cross_stream_run.pairs_sharing is 'Pairs left out because both streams own one source.';
comment on column cross_stream_run.pairs_beyond is 'Pairs left out because there were too many; those of which least is known.';
select app.protect('cross_stream_run');

create table cross_stream_series (
  tenant_id uuid not null,
  stream_id text not null,
  measure text not null,
  points double precision[] not null,
  constraint cross_stream_series_pkey primary key (tenant_id, stream_id, measure)
);
comment on column cross_stream_series.points is 'A value a week of the run, null where there is none.';
select app.protect('cross_stream_series');

create table cross_stream_correlation (
  tenant_id uuid not null,
  stream_a text not null,
  stream_b text not null,
  measure_a text not null,
  measure_b text not null,
  place integer not null,
  lag integer not null,
  coefficient double precision not null,
  n integer not null,
  effective_n double precision not null,
  p double precision not null,
  q double precision not null,
  lag_coefficients double precision[] not null,
  lag_q double precision[] not null,
  constraint cross_stream_correlation_pkey primary key (tenant_id, stream_a, stream_b, measure_a, measure_b),
  constraint cross_stream_correlation__place unique (tenant_id, place)
);
comment on table cross_stream_correlation is 'The strongest lag of a measure of stream_a against one of stream_b. Says what moves together, not what causes what.';
comment on column cross_stream_correlation.place is 'From 1, the most striking first.';
comment on column cross_stream_correlation.lag is 'Weeks from a to b: positive where a moves first.';
comment on column cross_stream_correlation.coefficient is 'Spearman''s, of week-to-week changes.';
comment on column cross_stream_correlation.n is 'Changes that both have.';
comment on column cross_stream_correlation.effective_n is 'How many independent changes they are worth.';
comment on column cross_stream_correlation.q is 'Benjamini–Hochberg over all tests of the run.';
comment on column cross_stream_correlation.lag_coefficients is 'From four weeks before to four weeks after; null where data did not suffice. lag_q likewise.';
create index cross_stream_correlation__stream_b on cross_stream_correlation (tenant_id, stream_b);
select app.protect('cross_stream_correlation');

-- down
drop table cross_stream_correlation, cross_stream_series, cross_stream_run;
