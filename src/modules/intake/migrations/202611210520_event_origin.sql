-- How an event came in, where it did not come by itself: a source was asked for what its webhooks did not tell.
alter table event_queue add column origin text
  constraint event_queue_origin_check check (origin in ('delivery', 'poll'));
comment on column event_queue.origin is 'Null: the sender sent it. delivery: fetched from the sender''s own log of deliveries. poll: made here from what its API told.';

-- down
alter table event_queue drop column origin;
