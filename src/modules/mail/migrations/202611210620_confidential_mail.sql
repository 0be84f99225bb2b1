-- Mails of which nothing is kept: that somebody got one may say something of them.
alter table mail add column confidential boolean not null default false;
comment on column mail.confidential is 'Address, subject and purpose are shown to nobody who may not read the text, and erased with it once it was sent.';
-- Pulse surveys remind only who has not answered.
update mail set confidential = true where purpose in ('pulse', 'pulse-reminder');
update mail set to_address = '', subject = '', purpose = 'confidential', answer = null, last_error = null
  where confidential and sent_at is not null;

-- down
alter table mail drop column confidential;
