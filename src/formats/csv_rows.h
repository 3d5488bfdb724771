/* Lines of CSV joined into records while quotes are open, and parted again where they were never closed. */
#ifndef LINEUP_CSV_ROWS_H
#define LINEUP_CSV_ROWS_H

#include "formats/format.h"

enum { CSV_RECORD_MAX = 1 << 20 };

struct csv_rows;
struct csv_rows *csv_rows_open(struct doc *, struct sink *);
void csv_rows_close(struct csv_rows *);
AUTO_CLOSER(struct csv_rows *, csv_rows_close)
/*
 * The next record, which lasts as long as doc->scratch keeps it. PARTING: the bytes that part its cells. IS_ROW tells
 * whether a line looks like a row beside the FIRST of a record (NULL: nobody can tell): where quotes are closed by no
 * line, or in the middle of one, the next that does begins a record of its own, and a note says so. False at the end.
 */
bool csv_next(struct csv_rows *, struct str parting, bool (*is_row)(const void *, struct str first, struct str line),
	const void *arg, struct str *record, struct where *from);

#endif
