PRAGMA page_size = 16384; PRAGMA application_id = 1280202064; PRAGMA user_version = 3;
PRAGMA foreign_keys=OFF;
BEGIN TRANSACTION;
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
, bytes_records INTEGER, bytes_continuation INTEGER, bytes_structure INTEGER, bytes_not_understood INTEGER) STRICT;
INSERT INTO source VALUES(1,NULL,'a.log','logfmt','9f6db105785bcd5c14dab70bad7e9cd3a7613f52d3f2995ff513fb15885eb8f4',128,'1/a.log',1795392738014962,1736942400000000,'',0,0,NULL,'','complete',2,2,0,0,0,0,128,0,0,0);
CREATE TABLE sqlar(
	name TEXT PRIMARY KEY, -- row of the source and its base name ("1/bundle.zip")
	mode INT,              -- access permissions
	mtime INT,             -- last modification time, seconds
	sz INT,                -- original file size
	data BLOB              -- zlib, or plain when as long as sz
);
INSERT INTO sqlar VALUES('1/a.log',33152,1795392738,128,X'780133323032d13530d335b4083130b1323000a228859cd4b2d41cdbd4a2a2fc2285dce2745ba5b2fc9cd2dc548582b2645d4385b4c4d29c92d414252e2314bd86c87a33f3d2f2b168cd2c56c8484dcc29c9a854484c4fcccc53e2020067402702');
CREATE TABLE kind(
	id INTEGER PRIMARY KEY,
	name TEXT NOT NULL UNIQUE -- lane.thing.verb
) STRICT;
INSERT INTO kind VALUES(1,'other.log.line');
INSERT INTO kind VALUES(2,'response.person.observed');
INSERT INTO kind VALUES(3,'service.health.down');
INSERT INTO kind VALUES(4,'response.person.decided');
CREATE TABLE lane(
	id INTEGER PRIMARY KEY,
	name TEXT NOT NULL UNIQUE -- the first word of a kind
) STRICT;
INSERT INTO lane VALUES(0,'notice');
INSERT INTO lane VALUES(1,'upgrade');
INSERT INTO lane VALUES(2,'storage');
INSERT INTO lane VALUES(3,'backup');
INSERT INTO lane VALUES(4,'service');
INSERT INTO lane VALUES(5,'change');
INSERT INTO lane VALUES(6,'response');
INSERT INTO lane VALUES(7,'other');
CREATE TABLE severity(
	id INTEGER PRIMARY KEY,
	name TEXT NOT NULL UNIQUE -- from harmless to worst
) STRICT;
INSERT INTO severity VALUES(0,'debug');
INSERT INTO severity VALUES(1,'info');
INSERT INTO severity VALUES(2,'notice');
INSERT INTO severity VALUES(3,'warning');
INSERT INTO severity VALUES(4,'error');
INSERT INTO severity VALUES(5,'critical');
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
INSERT INTO event VALUES(1,1718683200000000,X'c136a453c06943656bfdff6b947ea156',1,7,4,2,1,1,0,60,1,1,NULL,NULL,NULL,NULL,'','volume pvc-1 faulted','2024-06-18T04:00:00Z','{}');
INSERT INTO event VALUES(2,1718683800000000,X'27382702b16218016550cde036538852',1,7,1,2,1,1,60,68,2,1,NULL,NULL,NULL,NULL,'','volume pvc-1 is healthy again','2024-06-18T04:10:00Z','{}');
INSERT INTO event VALUES(3,1718683500000000,X'bb89329495f748ebab35c80bb2636fcc',2,2,1,3,0,NULL,0,0,0,1,NULL,NULL,NULL,1736942400000000,'service:fusionauth','volumes faulted on 3 nodes @fusionauth #storage','2024-06-18 04:05','{"author":"tester","incident":"inc-1","statement":"log-2"}');
INSERT INTO event VALUES(4,1718683200000000,X'050b41a3853ca6179abe6dfacd74538e',3,4,5,3,0,NULL,0,0,0,1,1718686800000000,NULL,NULL,1736942400000000,'service:login','logins down','2024-06-18T04:00Z','{"author":"tester","incident":"inc-1","statement":"log-3"}');
INSERT INTO event VALUES(5,1718685000000000,X'bb196c7ddaa3ccaee8ae5505a42790bb',4,6,2,0,0,NULL,0,0,0,1,NULL,NULL,NULL,1736942400000000,'','restore the old copy','','{"author":"tester","incident":"inc-1","decision":"d-1","chosen":"restore the old copy","over":"wait","because":"it is here","statement":"d-1"}');
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
CREATE TABLE sighting(
	event INTEGER NOT NULL REFERENCES event(id) ON DELETE CASCADE,
	source INTEGER NOT NULL REFERENCES source(id), -- never the one that the event itself names
	offset INTEGER NOT NULL,    -- these: as in event
	length INTEGER NOT NULL,
	line INTEGER NOT NULL,
	PRIMARY KEY (event, source)
) STRICT, WITHOUT ROWID;
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
CREATE TABLE statement(
	seq INTEGER PRIMARY KEY,     -- 1, 2, 3... without a gap
	noun TEXT NOT NULL,          -- what is spoken of: incident, milestone, decision, action, asset, location, log, focus...
	id TEXT NOT NULL,            -- which one ("inc-1"); revisions share it
	author TEXT NOT NULL,        -- who said it
	recorded_at INTEGER NOT NULL, -- when
	body TEXT NOT NULL,          -- JSON object: the whole new state; '': it is withdrawn
	chain BLOB NOT NULL CHECK (length(chain) = 32)
) STRICT;
INSERT INTO statement VALUES(1,'incident','inc-1','tester',1736942400000000,'{"title":"Logins down","status":"draft","severity":"critical","from":"2024-06-18T04:00:00Z","to":"2024-06-18T06:00:00Z","closed":false,"summary":null}',X'd465c49564f045ce8fd65f77a30e7692e059e73749de0952149fcaf2c9aa6a47');
INSERT INTO statement VALUES(2,'log','log-2','tester',1736942400000000,'{"at":"2024-06-18T04:05:00Z","until":null,"precision":"min","when":"2024-06-18 04:05","kind":"response.person.observed","lane":"storage","severity":"info","subject":"service:fusionauth","text":"volumes faulted on 3 nodes @fusionauth #storage","incident":"inc-1"}',X'ef50ced673a63fd5bd632051ff7fb637c4ad04ef79294c69cc58cd299234002d');
INSERT INTO statement VALUES(3,'log','log-3','tester',1736942400000000,'{"at":"2024-06-18T04:00:00Z","until":"2024-06-18T05:00:00Z","precision":"min","when":"2024-06-18T04:00Z","kind":"service.health.down","lane":"service","severity":"critical","subject":"service:login","text":"logins down","incident":"inc-1"}',X'47b14858724dd898a387f563bbf8d4fac3441b1849a2489c0187e900fcd8dbe1');
INSERT INTO statement VALUES(4,'milestone','inc-1/impact_start','tester',1736942400000000,'{"incident":"inc-1","name":"impact_start","at":"2024-06-18T04:00:00Z","event":null,"because":null}',X'bb300e578af8a7c02e882d402a929a7acc9611a4bf669f0f3edf66bb842839f7');
INSERT INTO statement VALUES(5,'decision','d-1','tester',1736942400000000,'{"incident":"inc-1","chosen":"restore the old copy","over":["wait"],"because":"it is here","at":"2024-06-18T04:30:00Z"}',X'19cee6799cd6ea016a64f1d785dd8eb1be06a8b76a2e571482deb48e3079b3be');
INSERT INTO statement VALUES(6,'action','a-1','tester',1736942400000000,'{"incident":"inc-1","title":"watch the volumes","type":"detect","owner":null,"state":"open","because":null,"due":"2024-07-01T00:00:00Z","opened_at":"2025-01-15T12:00:00Z","ended_at":null}',X'a133d4fa3764f86812c2bab2da50fd7793486267e9902be0eeb25943c8ad2046');
CREATE TABLE state(
	name TEXT PRIMARY KEY, -- indexed_to: event_text holds the events up to this id
	value INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO state VALUES('indexed_to',5);
PRAGMA writable_schema=ON;
INSERT INTO sqlite_schema(type,name,tbl_name,rootpage,sql)VALUES('table','event_text','event_text',0,'CREATE VIRTUAL TABLE event_text USING fts5(text, subject, content = ''event'', content_rowid = ''id'')');
CREATE TABLE IF NOT EXISTS 'event_text_data'(id INTEGER PRIMARY KEY, block BLOB);
INSERT INTO event_text_data VALUES(1,X'051704');
INSERT INTO event_text_data VALUES(10,X'000000040103000003010101020101030101');
INSERT INTO event_text_data VALUES(137438953473,X'000000990230310102040102040101330302050105616761696e02020701076661756c74656401020502020302097573696f6e6175746803080701010301076865616c7468790202060102697302020501056e6f64657303020601026f6e030204010370766301020301020301077365727669636503060101020206746f726167650302080106766f6c756d650102020102020701730302020409060a0f110c070a070b0e0b0e');
INSERT INTO event_text_data VALUES(274877906945,X'0000002d0530646f776e04020301056c6f67696e0406010103060173040202010773657276696365040601010204090c06');
INSERT INTO event_text_data VALUES(412316860417,X'000000290530636f707905020501036f6c640502040107726573746f726505020201037468650502030409080c');
CREATE TABLE IF NOT EXISTS 'event_text_idx'(segid, term, pgno, PRIMARY KEY(segid, term)) WITHOUT ROWID;
INSERT INTO event_text_idx VALUES(1,X'',2);
INSERT INTO event_text_idx VALUES(2,X'',2);
INSERT INTO event_text_idx VALUES(3,X'',2);
CREATE TABLE IF NOT EXISTS 'event_text_docsize'(id INTEGER PRIMARY KEY, sz BLOB);
INSERT INTO event_text_docsize VALUES(1,X'0400');
INSERT INTO event_text_docsize VALUES(2,X'0600');
INSERT INTO event_text_docsize VALUES(3,X'0702');
INSERT INTO event_text_docsize VALUES(4,X'0202');
INSERT INTO event_text_docsize VALUES(5,X'0400');
CREATE TABLE IF NOT EXISTS 'event_text_config'(k PRIMARY KEY, v) WITHOUT ROWID;
INSERT INTO event_text_config VALUES('automerge',0);
INSERT INTO event_text_config VALUES('hashsize',1048576);
INSERT INTO event_text_config VALUES('pgsz',16000);
INSERT INTO event_text_config VALUES('version',4);
CREATE INDEX source_place ON source(parent, name);
CREATE INDEX source_bytes ON source(sha256) WHERE parent IS NULL;
CREATE UNIQUE INDEX event_time ON event(at, key);
CREATE INDEX event_band ON event(until) WHERE until > at;
CREATE INDEX event_told ON event(at) WHERE kind <> 1;
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
CREATE VIEW timeline AS
SELECT 'e' || lower(substr(hex(e.key), 1, 12)) AS id,
	CASE WHEN e.precision < 6 THEN strftime('%Y-%m-%dT%H:%M:%fZ', e.at / 1000000.0, 'unixepoch') END AS at,
	strftime('%Y-%m-%dT%H:%M:%fZ', e.until / 1000000.0, 'unixepoch') AS until,
	l.name AS lane, k.name AS kind, v.name AS severity, e.subject, e.text, e.count, s.name AS source, e.line
FROM event e JOIN kind k ON k.id = e.kind JOIN lane l ON l.id = e.lane JOIN severity v ON v.id = e.severity
	LEFT JOIN source s ON s.id = e.source
ORDER BY e.at, s.name, e.offset, e.key;
PRAGMA writable_schema=OFF;
COMMIT;
