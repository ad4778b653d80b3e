-- A small estate made by hand: temporary tables in the place of the views that readers see
-- (core/store/views.h), so that a test says every cell itself. Two accounts (one with a leading zero, one
-- that no team owns), names in Japanese, names that are formulas, a resource that was not verified.
CREATE TEMP TABLE inventory(provider, account, account_name, region, type, id, name, team, tags,
 first_seen, last_changed, unverified_since, shared_from, key, config, unread);
CREATE TEMP VIEW inventory_rows AS SELECT * FROM inventory;
CREATE TEMP TABLE findings(state, change, severity, check_id, title_en, title_ja, provider, account,
 account_name, region, type, id, name, tags, team, subject, evidence, detail, cause, first_seen, key,
 fingerprint, controls, body);
CREATE TEMP TABLE changes(change, provider, account, account_name, region, type, id, name, tags, team,
 field, before, after, key);
CREATE TEMP TABLE coverage(provider, account, account_name, region, service, type, outcome, reason,
 since, details_unread, calls, items, throttled, seconds);
CREATE TEMP TABLE controls(check_id, severity, state, reason, passed, failed, unknown, scopes_unread,
 body);

INSERT INTO account(provider, account, name, state, team) VALUES
 ('aws', '012345678901', '決済', 'active', 'pay/ments'), ('aws', '210987654321', 'shop', 'active', ''),
 ('aws', '333333333333', 'old', 'closed', '');
INSERT INTO inventory VALUES
-- of an account that has a team: the tag does not count
 ('aws', '012345678901', '決済', 'us-east-1', 'aws_ec2_security_group', 'sg-1', '=cmd()', 'pay/ments',
  '{"Env":"test","Environment":"prod","Team":"elsewhere"}', '2026-11-20T03:00:00Z',
  '2026-11-21T03:00:00Z', NULL, NULL,
  'arn:aws:ec2:us-east-1:012345678901:security-group/sg-1',
  '{"Description":"two\nlines, a \"quote\"","GroupId":"sg-1","Ids":["a","b"],"Nets":["https://c.example/x/b","plain",7,"https://c.example/y/a"],"VpcId":"vpc-1"}', NULL),
-- of an account without: the tag, in any case
 ('aws', '210987654321', 'shop', 'global', 'aws_s3_bucket', 'logs', 'ログ', '',
  '{"TEAM":" ops ","env":"dev"}', '2026-11-20T03:00:00Z', '2026-11-20T03:00:00Z',
  '2026-11-21T03:00:00Z', '999999999999', 'arn:aws:s3:::logs', '{"Name":"logs"}', '{"Policy":"denied"}'),
-- nobody's
 ('aws', '210987654321', 'shop', 'us-east-1', 'aws_ec2_security_group', 'sg-0', 'a/b c', '', '{}',
  '2026-11-20T03:00:00Z', '2026-11-20T03:00:00Z', NULL, NULL,
  'arn:aws-cn:ec2:us-east-1:210987654321:security-group/sg-0', '{"GroupId":"sg-0"}', NULL),
-- a type that is plumbing, and one that the catalogue does not know
 ('aws', '210987654321', 'shop', 'us-east-1', 'aws_ec2_plumbing', 'p-1', '', '', '{}',
  '2026-11-20T03:00:00Z', '2026-11-20T03:00:00Z', NULL, NULL, 'arn:aws:ec2:p-1', '{}', NULL),
 ('aws', '210987654321', 'shop', 'us-east-1', 'aws_old_thing', 'o-1', '', '', '{}',
  '2026-11-20T03:00:00Z', '2026-11-20T03:00:00Z', NULL, NULL, 'arn:aws:old:o-1', '{}', NULL);
INSERT INTO controls VALUES
 ('aws_b', 'low', 'off', 'not for us', 0, 0, 0, 0, '{"title":{"en":"B"}}'),
 ('aws_a', 'high', 'on', '', 7, 2, 1, 3, '{"title":{"en":"Open port","ja":"ポートの公開"},
"summary":{"en":"{subject} of {name} in {account_name} open to {evidence.sources}{nothing}",
"ja":"{name}の{subject}が{evidence.sources}に公開"},"fix":{"console":{"en":"Close it.\nThen look.",
"ja":"閉じる"},"playbook":"https://example.org/p"}}');
INSERT INTO findings SELECT 'open', 'new', 'high', 'aws_a', '', '', 'aws', '012345678901', '決済',
 'us-east-1', 'aws_ec2_security_group', 'sg-1', '=cmd()', '{}', 'pay/ments', 'tcp/22',
 '{"sources":["0.0.0.0/0","::/0"]}', '{"seen":5}', 'cloud', '2026-11-21T03:00:00Z',
 'arn:aws:ec2:us-east-1:012345678901:security-group/sg-1', 'f01', '{"cis-aws-7.0":["6.3","6.4"]}', body FROM controls WHERE check_id = 'aws_a';
INSERT INTO findings SELECT 'resolved', 'resolved', 'high', 'aws_a', '', '', 'aws', '210987654321', 'shop',
 'us-east-1', 'aws_ec2_security_group', 'sg-0', 'a/b c', '{}', '', 'tcp/3389', '{}', '{}', 'exception',
 '2026-11-20T03:00:00Z', 'arn:aws-cn:ec2:us-east-1:210987654321:security-group/sg-0', 'f02', '{"aws-fsbp":["A.1"]}', body
 FROM controls WHERE check_id = 'aws_a';
INSERT INTO findings VALUES ('unverified', '', 'low', 'aws_gone', '', '', 'aws', '210987654321', 'shop', 'global',
 'aws_s3_bucket', 'logs', 'ログ', '{"Team":"ops"}', '', '', '{}', '{}', 'cloud', '2026-11-20T03:00:00Z',
 'arn:aws:s3:::logs', 'f03', '{}', '{}');
INSERT INTO changes VALUES
 ('unverified', 'aws', '210987654321', 'shop', 'global', 'aws_s3_bucket', '', '', '', '', '', '', '', ''),
 ('changed', 'aws', '012345678901', '決済', 'us-east-1', 'aws_ec2_security_group', 'sg-1', '=cmd()', '{}',
  'pay/ments', 'Description', '"old, \"text\""', '"two\nlines"',
  'arn:aws:ec2:us-east-1:012345678901:security-group/sg-1'),
 ('changed', 'aws', '012345678901', '決済', 'us-east-1', 'aws_ec2_security_group', 'sg-1', '=cmd()', '{}',
  'pay/ments', 'Ids[]', '', '["b"]', 'arn:aws:ec2:us-east-1:012345678901:security-group/sg-1');
INSERT INTO coverage VALUES
 ('aws', '210987654321', 'shop', 'global', 's3', 'aws_s3_bucket', 'denied', 'AccessDenied: no, "never"',
  '2026-11-21T03:00:00Z', 0, NULL, NULL, NULL, NULL),
 ('aws', '210987654321', 'shop', 'global', 's3', '*', 'denied', '', '', 0, 3, 1, 0, 0.25),
 ('aws', '012345678901', '決済', 'us-east-1', 'ec2', 'aws_ec2_security_group', 'complete', '', '', 2, NULL, NULL, NULL, NULL),
 ('aws', '012345678901', '決済', 'us-east-1', 'ec2', '*', 'complete', '', '', 2, 4, 1, 1, 1.5),
 ('aws', '012345678901', '決済', 'eu-west-1', 'ec2', 'aws_ec2_vpc', 'complete', '', '', 0, NULL, NULL, NULL, NULL),
 ('aws', '012345678901', '決済', 'me-south-1', 'ec2', 'aws_ec2_vpc', 'out_of_scope', '', '', 0, NULL, NULL, NULL, NULL);
