-- Published as it is, for what is derived from work items.
create view delivery_v_work_item_event with (security_invoker = true) as select * from work_item_events;
grant select on delivery_v_work_item_event to daytwo_app, daytwo_platform, daytwo_operator;

-- down
drop view delivery_v_work_item_event;
