/* The libraries that lineup runs with, and what is known against some of their versions. */
#include "cmd/libraries.h"
#include "base/digest.h"
#include "base/json.h"
#include "base/regex.h"
#include "base/zone.h"
#include "cmd/typing.h"
#include "formats/html.h"
#include "formats/ical.h"
#include "read/mail.h"
#include "read/sandbox.h"
#include "read/unpack.h"
#include "read/yaml.h"
#include "render/render.h"
#include "store/store.h"

const struct library libraries[] = {
	{"SQLite", store_library, "3.51.3",
		"can damage a database in WAL mode: lineup does not use WAL; let no other program switch it on"},
	{"cmark", markdown_library, NULL, NULL},
	{"cJSON", json_library, "1.8",
		"rounds long numbers, ends texts at a NUL: lineup reads those from the raw text"},
	{"GMime", mail_library, "3.2.15",
		"crashes or hangs on some hostile mails: each is parsed in a sandboxed process, and named"},
	{"glib", zone_library, NULL, NULL},
	{"libarchive", archive_library, "4", "does not check gzip's sums: lineup reads gzip with zlib, which does"},
	{"zlib", gzip_library, NULL, NULL},
	{"libyaml", yaml_library, "0.2.6",
		"takes a minute over deeply nested text: lineup stops at a depth of its own"},
	{"libical", ical_library, NULL, NULL},
	{"libxml2", html_library, NULL, NULL},
	{"PCRE2", regex_library, NULL, NULL},
	{"libcrypto", digest_library, NULL, NULL},
	{"libseccomp", sandbox_library, NULL, NULL},
	{"libedit", typing_library, NULL, NULL},
	{0},
};

/* By their numbers, part by part: "3.9" comes before "3.40.1". */
int library_is_affected(const struct library *l)
{
	if (!l->known)
		return 0;
	struct str have = str_of(l->version()), limit = str_of(l->before), a, b;
	for (;;) {
		bool more = str_next(&have, '.', &a), further = str_next(&limit, '.', &b);
		int64_t x = 0, y = 0;
		if (!more && !further)
			return 0;
		if (more)
			str_int(a, &x);
		if (further)
			str_int(b, &y);
		if (x != y)
			return x < y;
	}
}
