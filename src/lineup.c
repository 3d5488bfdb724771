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
	struct str word;
	enum severity severity;
} levels[] = {
	{STR("debug"), SEVERITY_DEBUG},
	{STR("trace"), SEVERITY_DEBUG},
	{STR("d"), SEVERITY_DEBUG},
	{STR("fine"), SEVERITY_DEBUG},
	{STR("finer"), SEVERITY_DEBUG},
	{STR("finest"), SEVERITY_DEBUG},
	{STR("debug1"), SEVERITY_DEBUG},
	{STR("debug2"), SEVERITY_DEBUG},
	{STR("info"), SEVERITY_INFO},
	{STR("information"), SEVERITY_INFO},
	{STR("informational"), SEVERITY_INFO},
	{STR("i"), SEVERITY_INFO},
	{STR("log"), SEVERITY_INFO},
	{STR("detail"), SEVERITY_INFO},
	{STR("config"), SEVERITY_INFO},
	{STR("normal"), SEVERITY_INFO},
	{STR("notice"), SEVERITY_NOTICE},
	{STR("note"), SEVERITY_NOTICE},
	{STR("warning"), SEVERITY_WARNING},
	{STR("warn"), SEVERITY_WARNING},
	{STR("w"), SEVERITY_WARNING},
	{STR("error"), SEVERITY_ERROR},
	{STR("err"), SEVERITY_ERROR},
	{STR("e"), SEVERITY_ERROR},
	{STR("severe"), SEVERITY_ERROR},
	{STR("critical"), SEVERITY_CRITICAL},
	{STR("crit"), SEVERITY_CRITICAL},
	{STR("fatal"), SEVERITY_CRITICAL},
	{STR("f"), SEVERITY_CRITICAL},
	{STR("panic"), SEVERITY_CRITICAL},
	{STR("dpanic"), SEVERITY_CRITICAL},
	{STR("trc"), SEVERITY_DEBUG},
	{STR("dbg"), SEVERITY_DEBUG},
	{STR("trce"), SEVERITY_DEBUG},
	{STR("dbug"), SEVERITY_DEBUG},
	{STR("vrb"), SEVERITY_DEBUG},
	{STR("verbose"), SEVERITY_DEBUG},
	{STR("\u2716"), SEVERITY_ERROR},
	{STR("!"), SEVERITY_WARNING},
	{STR("\u2139"), SEVERITY_INFO},
	{STR("\u2714"), SEVERITY_INFO},
	{STR("\u25b6"), SEVERITY_DEBUG},
	{STR("fail"), SEVERITY_ERROR},
	{STR("failure"), SEVERITY_ERROR},
	{STR("crash"), SEVERITY_CRITICAL},
	{STR("inf"), SEVERITY_INFO},
	{STR("wrn"), SEVERITY_WARNING},
	{STR("ftl"), SEVERITY_CRITICAL},
	{STR("pnc"), SEVERITY_CRITICAL},
	{STR("c"), SEVERITY_CRITICAL},
	{STR("n"), SEVERITY_NOTICE},
	{STR("alert"), SEVERITY_CRITICAL},
	{STR("emerg"), SEVERITY_CRITICAL},
	{STR("emergency"), SEVERITY_CRITICAL},
};

bool severity_find(struct str name, enum severity *severity)
{
	for (size_t i = 0; i < LEN(levels); i++) {
		if (str_eq_case(name, levels[i].word)) {
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
