-- Finished events go after their window; this finds them, and whether a payload segment still has any. Events are stored in the order of
-- their times, so the smallest and greatest of each few pages are enough: an ordinary index would cost every event intake writes.
create index event_queue__enqueued_at on event_queue using brin (enqueued_at) with (pages_per_range = 32, autosummarize = on);

-- down
drop index event_queue__enqueued_at;
