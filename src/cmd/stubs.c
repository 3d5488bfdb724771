/* Until render/report.c is there. */
#include "cmd/cmd.h"
#include "render/render.h"
__attribute__((weak)) bool report_verify(struct arena *a, const struct analysis *x, const struct excerpts *e, const struct report_options *o, struct str report, struct str *why, struct err *r){(void)a;(void)x;(void)e;(void)o;(void)report;(void)why;return err_set(r,"not there yet");}
__attribute__((weak)) bool report_markdown(struct arena *a, const struct analysis *x, const struct excerpts *e, const struct report_options *o, struct str *out, struct str *conf, struct err *r){(void)a;(void)x;(void)e;(void)o;(void)out;(void)conf;return err_set(r,"not there yet");}
__attribute__((weak)) bool report_html(struct arena *a, struct str m, struct str t, struct str s, struct str *o, struct err *e){(void)a;(void)m;(void)t;(void)s;(void)o;return err_set(e,"not there yet");}
