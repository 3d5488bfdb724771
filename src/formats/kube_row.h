/* Rows of the tables that kubectl prints of events: columns by their header, ages and counts. */
#ifndef LINEUP_KUBE_ROW_H
#define LINEUP_KUBE_ROW_H

#include "formats/kube.h"

enum kube_column {
	COLUMN_NAMESPACE,
	COLUMN_LAST, /* "2m", "3m30s (x256 over 58m)", an absolute time in old watches */
	COLUMN_FIRST,
	COLUMN_COUNT,
	COLUMN_NAME, /* of the event: OBJECT.HEX */
	COLUMN_KIND,
	COLUMN_SUBOBJECT,
	COLUMN_TYPE,
	COLUMN_REASON,
	COLUMN_OBJECT, /* kind/name */
	COLUMN_SOURCE, /* "kubelet, node1" */
	COLUMN_MESSAGE,
	KUBE_COLUMNS
};

struct kube_columns {
	enum kube_column v[KUBE_COLUMNS];
	size_t at[KUBE_COLUMNS]; /* where the header has them; all 0 without a header */
	size_t n;
};
/* True when LINE is the header of a table of events; fills columns. */
bool kube_columns_read(struct str line, struct kube_columns *);
/* Columns of rows whose header was cut off, by the look of one row; false: not a row of events. */
bool kube_columns_guess(struct str line, struct kube_columns *);

struct kube_row {
	struct str cell[KUBE_COLUMNS];
	struct str last, first; /* ages or times */
	int64_t count;
};
/* False: the line does not fill the columns. */
bool kube_row_read(struct str line, const struct kube_columns *, struct kube_row *);
/* KIND and NAME: the object when the row does not name it (describe); may be empty. */
void kube_row_put(struct sink *, struct arena *scratch, const struct kube_row *, struct str kind, struct str name,
	struct str namespace, const struct slice *);
/* "58m", "3h2m", "<unknown>" */
bool kube_age_is(struct str);

#endif
