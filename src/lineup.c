/* Names of the nouns' values. */
#include "lineup.h"

const char *const lane_names[LANES] = {
	"notice", "upgrade", "storage", "backup", "service", "change", "response", "other"};
const char *const severity_names[SEVERITIES] = {"debug", "info", "notice", "warning", "error", "critical"};
const char *const basis_names[BASES] = {"manual", "offset", "zone", "header", "fallback", "assumed", "inferred"};

bool lane_find(struct str name, enum lane *lane)
{
	for (int i = 0; i < LANES; i++) {
		if (str_eq(name, str_of(lane_names[i]))) {
			*lane = (enum lane)i;
			return true;
		}
	}
	return false;
}

/* How logs write levels: klog and glog letters, logrus, zap, zerolog and Ceph words, capnslog letters, syslog and
 * PostgreSQL keywords, java.util.logging, the signs of eksctl. */
static const struct {
	const char *word;
	enum severity severity;
} levels[] = {
	{"debug", SEVERITY_DEBUG},
	{"trace", SEVERITY_DEBUG},
	{"d", SEVERITY_DEBUG},
	{"fine", SEVERITY_DEBUG},
	{"finer", SEVERITY_DEBUG},
	{"finest", SEVERITY_DEBUG},
	{"debug1", SEVERITY_DEBUG},
	{"debug2", SEVERITY_DEBUG},
	{"info", SEVERITY_INFO},
	{"information", SEVERITY_INFO},
	{"informational", SEVERITY_INFO},
	{"i", SEVERITY_INFO},
	{"log", SEVERITY_INFO},
	{"detail", SEVERITY_INFO},
	{"config", SEVERITY_INFO},
	{"normal", SEVERITY_INFO},
	{"notice", SEVERITY_NOTICE},
	{"note", SEVERITY_NOTICE},
	{"warning", SEVERITY_WARNING},
	{"warn", SEVERITY_WARNING},
	{"w", SEVERITY_WARNING},
	{"error", SEVERITY_ERROR},
	{"err", SEVERITY_ERROR},
	{"e", SEVERITY_ERROR},
	{"severe", SEVERITY_ERROR},
	{"critical", SEVERITY_CRITICAL},
	{"crit", SEVERITY_CRITICAL},
	{"fatal", SEVERITY_CRITICAL},
	{"f", SEVERITY_CRITICAL},
	{"panic", SEVERITY_CRITICAL},
	{"dpanic", SEVERITY_CRITICAL},
	{"trc", SEVERITY_DEBUG},
	{"dbg", SEVERITY_DEBUG},
	{"trce", SEVERITY_DEBUG},
	{"dbug", SEVERITY_DEBUG},
	{"vrb", SEVERITY_DEBUG},
	{"verbose", SEVERITY_DEBUG},
	{"\u2716", SEVERITY_ERROR},
	{"!", SEVERITY_WARNING},
	{"\u2139", SEVERITY_INFO},
	{"\u2714", SEVERITY_INFO},
	{"\u25b6", SEVERITY_DEBUG},
	{"fail", SEVERITY_ERROR},
	{"failure", SEVERITY_ERROR},
	{"crash", SEVERITY_CRITICAL},
	{"inf", SEVERITY_INFO},
	{"wrn", SEVERITY_WARNING},
	{"ftl", SEVERITY_CRITICAL},
	{"pnc", SEVERITY_CRITICAL},
	{"c", SEVERITY_CRITICAL},
	{"n", SEVERITY_NOTICE},
	{"alert", SEVERITY_CRITICAL},
	{"emerg", SEVERITY_CRITICAL},
	{"emergency", SEVERITY_CRITICAL},
};

bool severity_find(struct str name, enum severity *severity)
{
	for (size_t i = 0; i < LEN(levels); i++) {
		if (str_eq_case(name, str_of(levels[i].word))) {
			*severity = levels[i].severity;
			return true;
		}
	}
	return false;
}

struct str event_basis(const struct event *e)
{
	return e->at == INSTANT_NONE ? STR_NONE : str_of(basis_names[e->basis]);
}
