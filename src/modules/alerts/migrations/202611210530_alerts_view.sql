-- Alerts as other modules read them. `opening` is the step of the history that raised or reopened it last: one opening is one thing to tell of.
create view alerts_v_alert with (security_invoker = true) as
  select a.tenant_id, a.id, a.condition, a.subject, a.severity, a.state, a.visible_to, a.detail, a.value, a.threshold,
    a.raised_at, a.resolved_at, o.id as opening, o.at as opened_at
  from alert a
  cross join lateral (
    select h.id, h.at from alert_history h
    where h.tenant_id = a.tenant_id and h.alert_id = a.id and h.what in ('raised', 'reopened')
    order by h.id desc limit 1
  ) o;
grant select on alerts_v_alert to daytwo_app, daytwo_platform, daytwo_operator;

-- down
drop view alerts_v_alert;
