-- Dead letters of one class of error, and how many of each class there are, without reading their rows.
create index event_queue__error_class on event_queue (tenant_id, error_class, id) where finished_at is not null and error_class is not null;

-- down
drop index event_queue__error_class;
