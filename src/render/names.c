/* Every name that a template can use, and what it says. */
#include "render/render.h"

/* What has a place in time and a proof. */
#define SPAN(in)                                                                                                       \
	{in ".lane", "its area"}, {in ".condition", "what held, in words"}, {in ".subject", "of what; may be empty"},  \
		{in ".from", "since when"}, {in ".to", "until when, or that it is not over"},                          \
	{                                                                                                              \
		in ".cites", "citations"                                                                               \
	}
#define EVENT(in)                                                                                                      \
	{in ".at", "when, with what is uncertain about it"}, {in ".lane", "its area; \"milestone\" for one"},          \
		{in ".kind", "lane.thing.verb"}, {in ".severity", "debug to critical"},                                \
		{in ".grave", "true: critical"}, {in ".is_milestone", "true: a milestone stands here, no event"},      \
		{in ".text", "its first line"}, {in ".subject", "of what, where the text does not say so"},            \
		{in ".repeats", "how often, until when; or empty"},                                                    \
	{                                                                                                              \
		in ".cites", "citations, also of what tells the same"                                                  \
	}
#define MILESTONE(in)                                                                                                  \
	{in ".name", "in words"}, {in ".at", "when"}, {in ".status", "proposed or confirmed"},                         \
		{in ".by", "who confirmed it"}, {in ".because", "why it is proposed, or what was said"},               \
	{                                                                                                              \
		in ".cites", "its event, and the word of who marked it"                                                \
	}
#define METRIC(in)                                                                                                     \
	{in ".name", "in words"}, {in ".formula", "how it is worked out"}, {in ".length", "how long"},                 \
		{in ".in_order", "true: it does not end before it begins"}, {in ".working", "of it working time"},     \
		{in ".from", "its beginning"}, {in ".to", "its end"},                                                  \
		{in ".from_name", "what stands at the beginning"}, {in ".to_name", "and at the end"},                  \
	{                                                                                                              \
		in ".cites", "citations of both ends"                                                                  \
	}
#define NOTICE(in)                                                                                                     \
	{in ".subject", "of its first mail"}, {in ".provider", "who sent it"}, {in ".reference", "its number"},        \
		{in ".resource", "what it is about"}, {in ".status", "last stated"},                                   \
		{in ".versions", "\"1.27 to 1.28\""}, {in ".received", "when its first mail came"},                    \
		{in ".passed_on", "when it was sent and passed on, of one that was"}, {in ".promised", "its window"},  \
		{in ".actual", "when it ran"}, {in ".actual_cites", "citations of that"},                              \
		{in ".slip", "\"4 min later than promised\""}, {in ".lead", "time from the mail to the change"},       \
		{in ".lead_working", "of it working time"}, {in ".answered", "true: somebody answered"},               \
		{in ".answer_cites", "citation of the answer"}, {in ".missed", "true: nobody did before the change"},  \
		{in ".prepared", "true: a backup was made out of its cadence before the change"},                      \
		{in ".prepared_cites", "citation of it"},                                                              \
		{in ".linked_because", "why the change is taken to be this one"},                                      \
	{                                                                                                              \
		in ".cites", "its mails"                                                                               \
	}
#define COPY(in)                                                                                                       \
	{in ".copy", "its id"}, {in ".copy_md", "its id as code"}, {in ".tool", "what made it"},                       \
		{in ".job", "which job"}, {in ".location", "where it lies"},                                           \
		{in ".location_because", "why it is taken to lie there; empty: that is stated"},                       \
		{in ".data_time", "the instant whose data it holds"}, {in ".finished", "when it was done"},            \
		{in ".finished_words", "\"finished 6 min later\" than that; empty: at once"},                          \
		{in ".grade", "claimed to restored"}, {in ".reachable", "yes, no, or taken to be"},                    \
	{                                                                                                              \
		in ".cites", "citations"                                                                               \
	}
#define KNOWABLE(in)                                                                                                   \
	SPAN(in), {in ".since", "since when, if the evidence goes back so far"},                                       \
		{in ".how_long", "how long before the impact"}, {in ".held", "\"for 2 h when the impact began\""},     \
		{in ".is_missed_notice", "true: it is among notices_missed"},                                          \
		{in ".is_ahead", "true: the notice of a change that was still to come"},                               \
		{in ".answered", "true: somebody reacted"},                                                            \
	{                                                                                                              \
		in ".answer_cites", "citation of that"                                                                 \
	}
#define HELD(in)                                                                                                       \
	{in ".condition", "what held"}, {in ".subject", "of what"}, {in ".cites", "its first citation"},               \
	{                                                                                                              \
		in ".more", "true: another one follows"                                                                \
	}

const struct template_name template_names[] = {
	{"id", "of the incident"},
	{"title", "of the incident"},
	{"status", "draft, in review or final"},
	{"severity", "of the incident"},
	{"note", "its summary as typed"},
	{"open", "true: it has no end yet"},
	{"from", "its beginning"},
	{"to", "its end, or that of the evidence; \"before it begins\" where that is so"},
	{"date", "of its beginning"},
	{"window_from", "beginning of the evidence that counts"},
	{"window_to", "and its end"},
	{"zone", "the reader's, with --tz"},
	{"events_count", "\"652 events\""},
	{"records_count", "\"6,274 records\": what those sources hold"},
	{"sources_count", "\"10 sources\""},
	{"typed_count", "\"7 entries\": how many of the events people typed; empty: none"},
	{"last", "when the last event of the window was"},
	{"redacted_md", "with --redact: what was replaced"},
	{"milestones", "those that are known, by time"},
	MILESTONE("milestones[]"),
	{"milestones_unknown", "the others, by why they are"},
	{"milestones_unknown[].name", "in words, one or several"},
	{"milestones_unknown[].why", "why it is not known"},
	{"milestones_unknown[].more", "true: another one follows"},
	{"has_milestones_unknown", "true: there are such"},
	{"milestone", "those that are known, by name: {{#milestone.impact_start}}{{at}}{{/milestone.impact_start}}"},
	MILESTONE("milestone.NAME"),
	{"metrics", "lengths that are known"},
	METRIC("metrics[]"),
	{"metrics_unknown", "the others, by why they are"},
	{"metrics_unknown[].name", "in words, one or several"},
	{"metrics_unknown[].why", "why it is not known"},
	{"metrics_unknown[].more", "true: another one follows"},
	{"metric", "those that are known, by name: {{#metric.time_to_detect}}{{length}}{{/metric.time_to_detect}}"},
	METRIC("metric.NAME"),
	{"metric_unknown", "the others, by name: {{#metric_unknown.exposure}}{{why}}{{/metric_unknown.exposure}}"},
	{"metric_unknown.NAME.why", "why it is not known"},
	{"definitions", "of all metrics"},
	{"definitions[].name", "in words"},
	{"definitions[].formula", "of milestones"},
	{"definitions[].meaning", "what it tells"},
	{"chart_file", "name of the chart's file"},
	{"mermaid_md", "the chart as a Mermaid gantt, where there is no file"},
	{"lineup", "the line-up: most areas in trouble at once; nothing when there is none"},
	{"lineup.lanes", "which areas"},
	{"lineup.count", "\"Five areas\""},
	{"lineup.from", "its beginning"},
	{"lineup.to", "its end"},
	{"lineup.length", "how long"},
	{"lineup.cites", "citations"},
	{"lineup.spans", "what held then, by area"},
	SPAN("lineup.spans[]"),
	{"lineup.spans_left_out", "\"12 rows\", when there are more"},
	{"chain", "the first trouble of each area, by time"},
	{"chain[].lane", "the area"},
	{"chain[].from", "since when"},
	{"chain[].condition", "what held"},
	{"chain[].subject", "of what"},
	{"chain[].after_previous", "time since the one before"},
	{"chain[].to_impact", "\"2 h before\", \"at the impact\""},
	{"has_chain", "true: some area was in trouble"},
	{"chain[].cites", "citations"},
	{"knowable", "what held at the impact, and long enough to be acted on"},
	KNOWABLE("knowable[]"),
	{"has_knowable", "true: there is such"},
	{"too_late", "what began less than a quarter of an hour before the impact"},
	KNOWABLE("too_late[]"),
	{"has_too_late", "true: there is such"},
	{"ties", "things in trouble that one event names together"},
	{"ties[].things", "which, in words"},
	{"ties[].because", "why they belong together"},
	{"ties[].cites", "citation"},
	{"has_ties", "true: there are some"},
	{"ties_left_out", "\"3 rows\", when there are more"},
	{"overlaps", "areas in trouble together, most areas first"},
	{"overlaps[].lanes", "which areas"},
	{"overlaps[].from", "its beginning"},
	{"overlaps[].to", "its end"},
	{"overlaps[].length", "how long, with bounds where it is uncertain"},
	{"overlaps[].relation", "of two: which began first and which ended last"},
	{"has_overlaps", "true: there are some"},
	{"overlaps[].cites", "citations"},
	{"overlaps_left_out", "\"26 rows\", when there are more"},
	{"open_spans", "what is not over as far as the evidence goes"},
	SPAN("open_spans[]"),
	{"open_spans_left_out", "\"2 rows\", when there are more"},
	{"has_what_ifs", "true: there are some"},
	{"what_ifs", "what would have been"},
	{"what_ifs[].text", "a sentence"},
	{"what_ifs[].cites", "citations"},
	{"notices", "of planned changes"},
	NOTICE("notices[]"),
	{"notices_missed", "those that nobody answered in time"},
	NOTICE("notices_missed[]"),
	{"unannounced", "changes that had no notice"},
	SPAN("unannounced[]"),
	{"recovery", "recovery points, by asset"},
	{"recovery[].asset", "its name"},
	{"recovery[].judged_at", "the instant of judgement"},
	{"recovery[].judged_name", "which milestone that is, in words; or empty"},
	{"recovery[].judged_cites", "citations of it"},
	{"recovery[].loss", "the instant of loss"},
	{"recovery[].loss_name", "which milestone that is, in words; or empty"},
	{"recovery[].loss_cites", "citations of it"},
	{"recovery[].objective", "how old the newest reachable copy may be"},
	{"recovery[].loss_known", "true: it was restored, so the loss is known"},
	{"recovery[].loss_length", "how much data was lost"},
	{"recovery[].points", "newest existing, newest reachable, restored"},
	{"recovery[].points[].point", "which of them"},
	{"recovery[].points[].none", "why there is none, instead of all that follows"},
	{"recovery[].points[].lost", "data lost with it"},
	COPY("recovery[].points[]"),
	{"recovery[].price_of_reach", "what unreachability cost; nothing when nothing"},
	{"recovery[].price_of_reach.length", "how much older the reachable copy was"},
	{"recovery[].price_of_reach.cites", "citations of both copies"},
	{"recovery[].price_of_decision", "what the choice of the copy cost; nothing when nothing"},
	{"recovery[].price_of_decision.length", "how much older the restored copy was"},
	{"recovery[].price_of_decision.cites", "citations of both copies"},
	{"recovery[].has_copies", "true: copies are known"},
	{"recovery[].copies", "all of them, newest data first"},
	COPY("recovery[].copies[]"),
	{"recovery[].copies_left_out", "\"11 rows\", when there are more"},
	{"locations", "where copies lie"},
	{"locations[].name", "of the location"},
	{"locations[].state", "reachable, unreachable or decommissioned"},
	{"locations[].from", "since when"},
	{"locations[].to", "until when"},
	{"locations[].cites", "citations"},
	{"has_locations", "true: some are known"},
	{"decisions_told", "decisions that chats and notes tell of"},
	{"decisions_told[].at", "when"},
	{"decisions_told[].text", "in whose words they were told"},
	{"decisions_told[].by", "who said so; empty: it is not told"},
	{"decisions_told[].cites", "citation"},
	{"decisions", "by time"},
	{"decisions[].at", "when"},
	{"decisions[].chosen", "what was chosen"},
	{"decisions[].over", "what was not: {{.}} for each"},
	{"decisions[].because", "why"},
	{"decisions[].by", "who decided"},
	{"decisions[].cites", "citation"},
	{"decisions[].knowledge", "what the timeline knew then"},
	{"decisions[].knowledge.none_recorded", "true: nothing, the evidence was taken in later"},
	{"decisions[].knowledge.recorded", "how many events it had, as a number"},
	{"decisions[].knowledge.happened", "of how many that had happened"},
	{"decisions[].knowledge.has_known", "true: something was known to hold"},
	{"decisions[].knowledge.known", "what"},
	HELD("decisions[].knowledge.known[]"),
	{"decisions[].knowledge.known_left_out", "\"2 rows\", when there are more"},
	{"decisions[].knowledge.has_hidden", "true: something held that was not on the timeline"},
	{"decisions[].knowledge.hidden", "what"},
	HELD("decisions[].knowledge.hidden[]"),
	{"decisions[].knowledge.hidden_left_out", "\"2 rows\", when there are more"},
	{"actions", "follow-ups, by number"},
	{"actions[].id", "\"a-1\""},
	{"actions[].title", "what is to be done"},
	{"actions[].type", "prevent, detect, mitigate or process"},
	{"actions[].owner", "who"},
	{"actions[].due", "its day"},
	{"actions[].state", "open, done or dropped"},
	{"actions[].reference", "where it is tracked: a ticket, an address"},
	{"actions[].ended", "true: no longer open"},
	{"actions[].done", "true: done"},
	{"actions[].dropped", "true: dropped"},
	{"actions[].opened", "since when it is open"},
	{"actions[].because", "why it was dropped"},
	{"actions[].cites", "citation of its last change"},
	{"has_actions", "true: there are some"},
	{"timeline", "events worth telling, and milestones, by time"},
	EVENT("timeline[]"),
	{"timeline_count", "\"64 of 652 events\""},
	{"timeline_beyond", "\"2 mails\" of its notices that came outside the window, told too; empty: none"},
	{"timeline_left_out", "how many are left out; empty: none"},
	{"has_timeline", "true: there is something to tell"},
	{"latest", "the last of them, without milestones"},
	EVENT("latest[]"),
	{"latest_count", "\"20 rows\""},
	{"latest_left_out", "\"44 earlier rows\", when there are more"},
	{"findings", "what does not fit together"},
	{"findings[].text", "a sentence"},
	{"findings[].cites", "citations"},
	{"silences", "sources that told nothing for a while"},
	{"silences[].subject", "which source"},
	{"silences[].from", "since when"},
	{"silences[].to", "until when"},
	{"silences[].cites", "the events around it"},
	{"guesses", "how many times are uncertain, and how"},
	{"guesses[].text", "a sentence"},
	{"guesses[].cites", "the first and the last of them"},
	{"sources", "those with an event in the window, by name"},
	{"sources[].name", "as received"},
	{"sources[].format", "how it was read"},
	{"sources[].size", "\"1,234 bytes\""},
	{"sources[].records", "how many it holds"},
	{"sources[].undated", "of these, without a time"},
	{"sources[].not_understood", "how much was not understood"},
	{"sources[].first", "its first instant in the window"},
	{"sources[].last", "its last"},
	{"sources[].state", "when it is not complete: why"},
	{"sources[].zone", "assumed for times without one"},
	{"sources[].skew", "what its clock was moved by"},
	{"sources[].sha256", "of its bytes"},
	{"has_sources", "true: there are some"},
	{"sources_left_out", "\"1 source\", when others have nothing in the window"},
	{"evidence", "what is cited, by number; known only to {{>evidence}} and what stands like it"},
	{"evidence[].number", "as in [E12]"},
	{"evidence[].id", "of the event or statement"},
	{"evidence[].at", "when"},
	{"evidence[].source", "its name"},
	{"evidence[].place", "\"line 3, bytes 120 to 240\""},
	{"evidence[].sha256", "of the source"},
	{"evidence[].sha256_short", "its first 12 digits"},
	{"evidence[].typed", "by whom and when, instead of a source"},
	{"evidence[].basis", "how the time is known, when it is a guess"},
	{"evidence[].as_written", "the time as it stands there"},
	{"evidence[].excerpt_md", "its bytes, fenced"},
	{"evidence_sources", "the sources of what is cited"},
	{"evidence_sources[].name", "as received"},
	{"evidence_sources[].sha256", "of its bytes"},
	{"evidence_sources_any", "true: there are some"},
	{"links_md", "where citations lead; it must stand in every report that cites"},
	{0},
};
