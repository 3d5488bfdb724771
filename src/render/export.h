/* Events as rows of other programs' files: CSV, Markdown tables, iCalendar. */
#ifndef LINEUP_EXPORT_H
#define LINEUP_EXPORT_H

#include "render/render.h"

/* Each writes whole lines; SOURCES names an event's source and may be NULL. Undated events are written with an empty
 * time, and not at all to a calendar. */
void export_csv_head(struct buf *);
void export_csv(struct buf *, const struct event *, const struct sources *);
void export_markdown_head(struct buf *);
void export_markdown(struct buf *, const struct event *, const struct sources *);
void export_ics_head(struct buf *);
void export_ics(struct buf *, const struct event *, const struct sources *);
void export_ics_tail(struct buf *);
/* One annotation of Grafana's HTTP API (time and timeEnd in milliseconds), without the comma between two; dated events
 * only. */
void export_grafana(struct buf *, const struct event *, const struct sources *);

#endif
