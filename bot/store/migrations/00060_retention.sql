-- +goose Up

-- What people wrote is apart from the rest, so that it can be erased: said is NULL
-- then, and gone is its digest, without which the chain could not vouch for the rest.
ALTER TABLE evidence ADD COLUMN said BLOB;
ALTER TABLE evidence ADD COLUMN gone BLOB;
ALTER TABLE ledger   ADD COLUMN said BLOB;

-- Of an entry that was pruned between others the digest of its body is left: body
-- is empty then.
ALTER TABLE ledger ADD COLUMN digest BLOB;

-- Cases that were passed over, by the erasing of texts and by pruning: they were old
-- enough, and something kept them. Also cases about which somebody has written
-- something after their texts were erased.
CREATE TABLE texts_left (seq INTEGER PRIMARY KEY) STRICT;
CREATE TABLE cases_left (seq INTEGER PRIMARY KEY) STRICT;

-- +goose Down
DROP TABLE cases_left;
DROP TABLE texts_left;
ALTER TABLE ledger   DROP COLUMN digest;
ALTER TABLE ledger   DROP COLUMN said;
ALTER TABLE evidence DROP COLUMN gone;
ALTER TABLE evidence DROP COLUMN said;
