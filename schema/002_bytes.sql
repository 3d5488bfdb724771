-- Where the bytes of every source went, after decompression (and UTF-16 as UTF-8): in records, in lines that continue one, in
-- what stands around them, and not understood; together they are all of its input. NULL: read by an older lineup; rebuild tells.

ALTER TABLE source ADD COLUMN bytes_records INTEGER;
ALTER TABLE source ADD COLUMN bytes_continuation INTEGER;
ALTER TABLE source ADD COLUMN bytes_structure INTEGER;
ALTER TABLE source ADD COLUMN bytes_not_understood INTEGER;

PRAGMA user_version = 2;
