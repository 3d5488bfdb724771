/* Kubernetes events that a controller's log line repeats. */
#ifndef LINEUP_ECHO_H
#define LINEUP_ECHO_H

#include "lineup.h"

/*
 * client-go's recorder logs each event it sends (tools/record/event.go, StartLogging and StartStructuredLogging):
 *   Event(v1.ObjectReference{Kind:"Volume", Namespace:"ns", Name:"pvc-1", UID:"..", ...}): type: 'Warning' reason: 'R' text
 *   "Event occurred" object="ns/name" fieldPath="" kind="Node" apiVersion="v1" type="Normal" reason="R" message="text"
 * RECORD's text becomes the event's, and it gets the fields of kube_event_fields, so that the rules for events hold for
 * it. False: no echo.
 */
bool echo_read(struct arena *, struct record *);

#endif
