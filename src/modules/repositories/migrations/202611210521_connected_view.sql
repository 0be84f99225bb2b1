-- Published: which repositories were connected from here.
create view repositories_v_connected with (security_invoker = true) as
  select tenant_id, name, hook_id, address from github_repository;
grant select on repositories_v_connected to daytwo_app, daytwo_platform, daytwo_operator;

-- down
drop view repositories_v_connected;
