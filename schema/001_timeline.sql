-- The timeline of one lineup database. Applied whole, in one transaction, to an empty file.
--
-- Enduring: source, sqlar, statement. All else is derived from them and can be made again by `lineup rebuild`.
-- Times are INTEGER microseconds since 1970-01-01T00:00:00Z. 0 is never used for "unknown": NULL is.

PRAGMA application_id = 1280202064; -- "LNUP"
PRAGMA user_version = 1;

-- One piece of evidence as received, or a member of one.
CREATE TABLE source(
	id INTEGER PRIMARY KEY,
	parent INTEGER REFERENCES source(id), -- the archive or mailbox it came out of; NULL: received by itself
	name TEXT NOT NULL,                   -- as given ("bundle.zip: logs/manager.log"); may hold anything, escape it
	format TEXT NOT NULL,                 -- the format that read it; '': nobody's, or a container
	sha256 TEXT NOT NULL,                 -- hex, of the bytes as received (members: as decoded); '': not known yet
	size INTEGER NOT NULL,                -- bytes
	evidence TEXT REFERENCES sqlar(name), -- where its bytes are kept; NULL: not kept by itself
	mtime INTEGER,                        -- of the file; NULL: unknown
	taken_at INTEGER NOT NULL,            -- when it was taken in
	zone TEXT NOT NULL,                   -- assumed for times without one; '': UTC because nothing was said
	skew INTEGER NOT NULL,                -- microseconds added to its clock
	year INTEGER NOT NULL,                -- told for times without one; 0: inferred
	captured_at INTEGER,                  -- told: ages count back from it (us)
	told TEXT NOT NULL,                   -- format it was told to be; '': recognised by its content
	state TEXT NOT NULL CHECK (state IN ('reading', 'complete', 'damaged')), -- reading: not yet, or killed halfway
	records INTEGER NOT NULL,             -- how many it holds
	fresh INTEGER NOT NULL,               -- of these, new to the timeline
	grown INTEGER NOT NULL,               -- of these, known events that grew
	duplicate INTEGER NOT NULL,           -- of these, known already
	undated INTEGER NOT NULL,             -- of these, without a time
	not_understood INTEGER NOT NULL       -- notes
) STRICT;
CREATE INDEX source_place ON source(parent, name);
CREATE INDEX source_bytes ON source(sha256) WHERE parent IS NULL;

-- The bytes of sources, in sqlite's own archive format: `sqlite3 -A --list --file lineup.db` lists, --extract extracts.
CREATE TABLE sqlar(
	name TEXT PRIMARY KEY, -- row of the source and its base name ("1/bundle.zip")
	mode INT,              -- access permissions
	mtime INT,             -- last modification time, seconds
	sz INT,                -- original file size
	data BLOB              -- zlib, or plain when as long as sz
);

-- Names of kinds ("storage.volume.faulted"), given numbers as they are met; 1 is always other.log.line.
CREATE TABLE kind(
	id INTEGER PRIMARY KEY,
	name TEXT NOT NULL UNIQUE -- lane.thing.verb
) STRICT;
INSERT INTO kind(id, name) VALUES (1, 'other.log.line');

CREATE TABLE lane(
	id INTEGER PRIMARY KEY,
	name TEXT NOT NULL UNIQUE -- the first word of a kind
) STRICT;
INSERT INTO lane(id, name) VALUES (0, 'notice'), (1, 'upgrade'), (2, 'storage'), (3, 'backup'), (4, 'service'),
	(5, 'change'), (6, 'response'), (7, 'other');

CREATE TABLE severity(
	id INTEGER PRIMARY KEY,
	name TEXT NOT NULL UNIQUE -- from harmless to worst
) STRICT;
INSERT INTO severity(id, name) VALUES (0, 'debug'), (1, 'info'), (2, 'notice'), (3, 'warning'), (4, 'error'),
	(5, 'critical');

-- Records as understood. (at, key) is the identity and, at the same time, the time index; there is no index by key alone: random
-- keys cost a bulk load most of its speed as the file grows.
CREATE TABLE event(
	id INTEGER PRIMARY KEY,
	at INTEGER NOT NULL,        -- when it happened; undated: at_min where that is known, else the smallest integer
	key BLOB NOT NULL CHECK (length(key) = 16), -- of its identity or bytes; "e" and its first digits are the id people see
	kind INTEGER NOT NULL REFERENCES kind(id),
	lane INTEGER NOT NULL,      -- of table lane; the kind's, unless a person said otherwise
	severity INTEGER NOT NULL,  -- of table severity
	precision INTEGER NOT NULL, -- 0 us, 1 ms, 2 s, 3 min, 4 hour, 5 day, 6 undated
	basis INTEGER NOT NULL,     -- 0 manual, 1 offset, 2 zone, 3 header, 4 fallback, 5 assumed, 6 inferred
	source INTEGER REFERENCES source(id), -- NULL: typed by a person, see statement
	offset INTEGER NOT NULL,    -- first byte in the source's decoded bytes
	length INTEGER NOT NULL,    -- bytes
	line INTEGER NOT NULL,      -- first line, from 1; 0: lines mean nothing there
	count INTEGER NOT NULL,     -- how often it happened between at and until
	until INTEGER,              -- its end or last repeat; NULL: a point
	at_min INTEGER,             -- earliest it can have been; NULL: as at
	at_max INTEGER,             -- latest it can have been; NULL: as at, or unknown when undated
	recorded_at INTEGER,        -- when lineup learned it; NULL: when its source was taken in
	subject TEXT NOT NULL,      -- type:namespace/name, or ''
	text TEXT NOT NULL,         -- the message
	written TEXT NOT NULL,      -- its time as written
	fields TEXT NOT NULL        -- JSON object of strings
) STRICT;
CREATE UNIQUE INDEX event_time ON event(at, key);
-- Bands that began before a window and reach into it.
CREATE INDEX event_band ON event(until) WHERE until > at;

-- Those that a rule understood: few among the lines of large logs, and all that the analysis looks at.
CREATE INDEX event_told ON event(at) WHERE kind <> 1;

-- What an event was before it grew, or before a person amended it.
CREATE TABLE event_history(
	id INTEGER PRIMARY KEY,
	event INTEGER NOT NULL REFERENCES event(id) ON DELETE CASCADE,
	at INTEGER NOT NULL,        -- this and the rest: as in event
	kind INTEGER NOT NULL REFERENCES kind(id),
	lane INTEGER NOT NULL,
	severity INTEGER NOT NULL,
	precision INTEGER NOT NULL,
	basis INTEGER NOT NULL,
	source INTEGER REFERENCES source(id),
	offset INTEGER NOT NULL,
	length INTEGER NOT NULL,
	line INTEGER NOT NULL,
	count INTEGER NOT NULL,
	until INTEGER NOT NULL,     -- a point: as at
	at_min INTEGER,
	at_max INTEGER,
	recorded_at INTEGER NOT NULL,
	subject TEXT NOT NULL,
	text TEXT NOT NULL,
	written TEXT NOT NULL,
	fields TEXT NOT NULL,
	UNIQUE (event, count, until, recorded_at)
) STRICT;

-- Where else the very same record was found.
CREATE TABLE sighting(
	event INTEGER NOT NULL REFERENCES event(id) ON DELETE CASCADE,
	source INTEGER NOT NULL REFERENCES source(id), -- never the one that the event itself names
	offset INTEGER NOT NULL,    -- these: as in event
	length INTEGER NOT NULL,
	line INTEGER NOT NULL,
	PRIMARY KEY (event, source)
) STRICT, WITHOUT ROWID;

-- What was not understood, with its place.
CREATE TABLE note(
	id INTEGER PRIMARY KEY,
	source INTEGER NOT NULL REFERENCES source(id),
	offset INTEGER NOT NULL,    -- these: as in event
	length INTEGER NOT NULL,
	line INTEGER NOT NULL,
	text TEXT NOT NULL,         -- excerpt of the evidence
	why TEXT NOT NULL,          -- what about it
	UNIQUE (source, offset, length, why)
) STRICT;

-- What people said. Append-only: a correction is a new row with the same noun and id, a removal one with an empty body.
-- chain = SHA-256(chain of the row before (none: nothing) || seq || noun || id || author || recorded_at || body), where each
-- of the six is written as its length in decimal, ":", its bytes (numbers in decimal), ",".
CREATE TABLE statement(
	seq INTEGER PRIMARY KEY,     -- 1, 2, 3... without a gap
	noun TEXT NOT NULL,          -- what is spoken of: incident, milestone, decision, action, asset, location, log, focus...
	id TEXT NOT NULL,            -- which one ("inc-1"); revisions share it
	author TEXT NOT NULL,        -- who said it
	recorded_at INTEGER NOT NULL, -- when
	body TEXT NOT NULL,          -- JSON object: the whole new state; '': it is withdrawn
	chain BLOB NOT NULL CHECK (length(chain) = 32)
) STRICT;
CREATE INDEX statement_noun ON statement(noun, id);
CREATE TRIGGER statement_stays BEFORE UPDATE ON statement
BEGIN
	SELECT RAISE(ABORT, 'statements are never changed: say it anew');
END;
CREATE TRIGGER statement_remains BEFORE DELETE ON statement
BEGIN
	SELECT RAISE(ABORT, 'statements are never deleted: withdraw it');
END;
CREATE TRIGGER statement_follows BEFORE INSERT ON statement
WHEN NEW.seq IS NOT (SELECT coalesce(max(seq), 0) + 1 FROM statement)
BEGIN
	SELECT RAISE(ABORT, 'a statement comes after the last one');
END;

-- Numbers that the program keeps.
CREATE TABLE state(
	name TEXT PRIMARY KEY, -- indexed_to: event_text holds the events up to this id
	value INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO state(name, value) VALUES ('indexed_to', 0);

-- Words of event.text and event.subject. Filled in pieces after a bulk load, never by triggers (five times slower);
-- merged only when segments crowd.
CREATE VIRTUAL TABLE event_text USING fts5(text, subject, content = 'event', content_rowid = 'id');
INSERT INTO event_text(event_text, rank) VALUES ('automerge', 0);
INSERT INTO event_text(event_text, rank) VALUES ('hashsize', 16777216);
INSERT INTO event_text(event_text, rank) VALUES ('pgsz', 16000);

-- For people with a sqlite3 shell.
CREATE VIEW timeline AS
SELECT 'e' || lower(substr(hex(e.key), 1, 12)) AS id,
	CASE WHEN e.precision < 6 THEN strftime('%Y-%m-%dT%H:%M:%fZ', e.at / 1000000.0, 'unixepoch') END AS at,
	strftime('%Y-%m-%dT%H:%M:%fZ', e.until / 1000000.0, 'unixepoch') AS until,
	l.name AS lane, k.name AS kind, v.name AS severity, e.subject, e.text, e.count, s.name AS source, e.line
FROM event e JOIN kind k ON k.id = e.kind JOIN lane l ON l.id = e.lane JOIN severity v ON v.id = e.severity
	LEFT JOIN source s ON s.id = e.source
ORDER BY e.at, s.name, e.offset, e.key;
