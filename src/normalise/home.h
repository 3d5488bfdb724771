/* Where a log was found tells whose it is: namespace, pod, container and node by the layouts of bundles and of nodes.
 */
#ifndef LINEUP_HOME_H
#define LINEUP_HOME_H

#include "lineup.h"

enum { HOME_FIELDS = 5 };
struct home {
	struct field fields[HOME_FIELDS];
	size_t n;
	struct str file; /* its name without endings, when it is a name of somebody; empty: it says nothing
			    ("error.log") */
};
/* NAME as documents have it, "bundle.zip: nodes/n1.zip: n1/logs/kubelet.log". Texts live in the arena. */
struct home home_of(struct arena *, struct str name);

#endif
