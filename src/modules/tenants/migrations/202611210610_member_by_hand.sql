-- A member whom groups made one and whose role somebody here changed since: groups no longer rule it.
alter table member drop constraint member_source_check;
alter table member add constraint member_source_check check (source in ('first', 'registration', 'invitation', 'sso', 'hand', 'command'));

-- down
update member set source = 'command' where source = 'hand';
alter table member drop constraint member_source_check;
alter table member add constraint member_source_check check (source in ('first', 'registration', 'invitation', 'sso', 'command'));
