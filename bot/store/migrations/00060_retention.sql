-- +goose Up

-- What people wrote is apart from the rest, so that it can be erased: said is NULL
-- then, and gone is its digest, without which the chain could not vouch for the rest.
ALTER TABLE evidence ADD COLUMN said BLOB;
ALTER TABLE evidence ADD COLUMN gone BLOB;
ALTER TABLE ledger   ADD COLUMN said BLOB;

-- +goose Down
ALTER TABLE ledger   DROP COLUMN said;
ALTER TABLE evidence DROP COLUMN gone;
ALTER TABLE evidence DROP COLUMN said;
