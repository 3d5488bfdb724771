/* Every format that is C: one line here, one file each. */
#ifndef LINEUP_FORMATS_ALL_H
#define LINEUP_FORMATS_ALL_H

#include "formats/format.h"

/*
 * To add a format NAME write src/formats/NAME.c with `const struct format format_NAME = {.name = ...}` and a line here.
 * Between equal bids the earlier line wins (and a test complains); `plain` stays last.
 */
#define FORMATS(X)                                                                                                     \
	X(lineup_json)                                                                                                 \
	X(kube_event)                                                                                                  \
	X(restic)                                                                                                      \
	X(backup_list)                                                                                                 \
	X(borg_log)                                                                                                    \
	X(vzdump_task)                                                                                                 \
	X(fusionauth_api)                                                                                              \
	X(kube_event_yaml)                                                                                             \
	X(kube_event_table)                                                                                            \
	X(kube_describe)                                                                                               \
	X(kube_export)                                                                                                 \
	X(log_export)                                                                                                  \
	X(kube_audit)                                                                                                  \
	X(kube_object)                                                                                                 \
	X(kube_get)                                                                                                    \
	X(longhorn_log)                                                                                                \
	X(velero_log)                                                                                                  \
	X(logfmt)                                                                                                      \
	X(journald_json)                                                                                               \
	X(journal_export)                                                                                              \
	X(postgres_json)                                                                                               \
	X(velero_json)                                                                                                 \
	X(longhorn_json)                                                                                               \
	X(slack)                                                                                                       \
	X(json_log)                                                                                                    \
	X(container_log)                                                                                               \
	X(postgres_csv)                                                                                                \
	X(csv)                                                                                                         \
	X(people_table)                                                                                                \
	X(syslog_stream)                                                                                               \
	X(handlog)                                                                                                     \
	X(postmortem)                                                                                                  \
	X(mail)                                                                                                        \
	X(ical)                                                                                                        \
	X(cloud_health)                                                                                                \
	X(feed)                                                                                                        \
	X(web_page)                                                                                                    \
	X(statuspage)                                                                                                  \
	X(aws_health)                                                                                                  \
	X(alert)                                                                                                       \
	X(pager)                                                                                                       \
	X(cloudevents)                                                                                                 \
	X(windows_event)                                                                                               \
	X(chat)                                                                                                        \
	X(cloud_operation)                                                                                             \
	X(gcloud)                                                                                                      \
	X(ceph_status)                                                                                                 \
	X(terminal)                                                                                                    \
	X(status_table)                                                                                                \
	X(zpool)                                                                                                       \
	X(plain)

#define FORMAT_EXTERN(name_) extern const struct format format_##name_;
FORMATS(FORMAT_EXTERN)
#undef FORMAT_EXTERN

#endif
