/* JSON in and out: the only door to cJSON. */
#ifndef LINEUP_JSON_H
#define LINEUP_JSON_H

#include "err.h"

/*
 * Trees live in the arena they were parsed or made in; nothing is freed. cJSON ends strings at an embedded NUL, fails
 * on half a surrogate pair, loses the tails of integers beyond 2^53 and takes invalid UTF-8. So json_parse refuses
 * trailing text and depth over JSON_DEPTH; mends `\u0000`, half pairs and invalid UTF-8 to U+FFFD; and keeps the digits
 * of long numbers as they were written (json_int, json_text and json_print give them all; json_double rounds).
 */
struct json;
enum { JSON_DEPTH = 100 };

/* TEXT must be one whole value (white space around it allowed). NULL with "line L: ..." on failure. */
struct json *json_parse(struct arena *, struct str text, struct err *);

/* Members by exact key (first wins); NULL-safe: NULL in, NULL out. json_at walks a path: json_at(j, "status", "phase",
 * NULL). */
struct json *json_get(const struct json *, const char *key);
struct json *json_at(const struct json *, ...) __attribute__((sentinel));
struct json *json_first(const struct json *); /* first member or element */
struct json *json_next(const struct json *);
struct str json_key(const struct json *); /* of a member */
bool json_key_is(const struct json *, struct str key);
size_t json_size(const struct json *); /* members or elements */

bool json_is_object(const struct json *);
bool json_is_array(const struct json *);
bool json_is_string(const struct json *);
bool json_is_number(const struct json *);
bool json_is_true(const struct json *);
bool json_is_bool(const struct json *);
bool json_is_null(const struct json *); /* also for NULL */

/* String value; empty for anything that is not a string. */
struct str json_str(const struct json *);
struct str json_get_str(const struct json *, const char *key);
/* Number as integer, exactly; false when absent, not a number, not integral or not an int64. */
bool json_int(const struct json *, int64_t *out);
bool json_double(const struct json *, double *out);
/* String, number or bool as text: "12", "1.5", "true"; empty for null and containers. */
struct str json_text(struct arena *, const struct json *);

/* Building, in an arena. Strings are copied; keys are not, and live as long as the tree. Adders return the value added.
 * A STR_NONE string and INSTANT_NONE are null. */
struct json *json_object(struct arena *);
struct json *json_array(struct arena *);
struct json *json_add(struct arena *, struct json *object, const char *key, struct json *value);
struct json *json_add_str(struct arena *, struct json *object, const char *key, struct str);
struct json *json_add_int(struct arena *, struct json *object, const char *key, int64_t);
struct json *json_add_bool(struct arena *, struct json *object, const char *key, bool);
struct json *json_add_null(struct arena *, struct json *object, const char *key);
struct json *json_add_raw(struct arena *, struct json *object, const char *key, struct str json_text);
struct json *json_add_object(struct arena *, struct json *object, const char *key);
struct json *json_add_array(struct arena *, struct json *object, const char *key);
struct json *json_push(struct arena *, struct json *array, struct json *value);
struct json *json_push_str(struct arena *, struct json *array, struct str);
struct str json_print(struct arena *, const struct json *);        /* one line */
struct str json_print_pretty(struct arena *, const struct json *); /* two blanks a level */
/* "..." with escapes; U+2028/9, < > & escaped too, so that the text can stand in a script element. */
void buf_json_str(struct buf *, struct str);

const char *json_library(void); /* version of cJSON */

#endif
