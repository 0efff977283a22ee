-- After Redis has lost its data, nodes offer it again what is unsynced. Whose offer is missing must be
-- known to all: until then their answers may lack what that node has acknowledged.

alter table nivel.nodes add column offered text;
comment on column nivel.nodes.offered is
  'the generation of Redis''s data to which the node has offered all that it had not synced';

update nivel.meta set value = '2' where key = 'schema_version';
