-- No released schema: what a next one may do, so that upgrading is tested before it is needed (tests/t/upgrade.t).
-- A new column, a new table filled from the others, and a table made anew although others refer to it.

ALTER TABLE source ADD COLUMN shelf TEXT NOT NULL DEFAULT '';

CREATE TABLE shelf(
	name TEXT PRIMARY KEY,
	sources INTEGER NOT NULL
) STRICT;
INSERT INTO shelf SELECT format, count(*) FROM source GROUP BY format;

CREATE TABLE kind_next(
	id INTEGER PRIMARY KEY,
	name TEXT NOT NULL UNIQUE,
	spoken TEXT NOT NULL DEFAULT ''
) STRICT;
INSERT INTO kind_next(id, name) SELECT id, name FROM kind;
DROP VIEW timeline;
DROP TABLE kind;
ALTER TABLE kind_next RENAME TO kind;
CREATE VIEW timeline AS SELECT e.id, e.at, e.text FROM event e;

PRAGMA user_version = 900;
