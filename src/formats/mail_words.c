/* What a provider's mail is about, and how it says it stands. */
#include "formats/mail_words.h"

#include "formats/mail_ask.h"

/* Upgrades are those the provider makes; "please upgrade your clusters" is not one. */
static struct row done_to_you[] = {
	{"upgrade",
		"\\b(?:(?:will|shall|to) (?:\\w+ )?be (?:\\w+ "
		")?(?:upgraded|updated|patched)|automatic(?:ally)? (?:\\w+ )?(?:upgrad|updat)\\w*|"
		"(?:we|we'll|will) (?:\\w+ ){0,3}(?:upgrade|update)\\b|(?:upgrade|update) (?:\\w+ "
		"){0,3}(?:is |has been |was )?(?:scheduled|planned|started|completed?)|"
		"(?:scheduled|planned|upcoming|automatic|forced|mandatory) (?:\\w+ "
		"){0,3}(?:upgrade|update)s?\\b|(?:has|have) been (?:\\w+ )?upgraded|"
		"needs? to be upgraded|begin upgrading|(?:are|be) upgrading|(?:is|are) being "
		"(?:upgraded|updated)|(?:has|have) (?:started|begun) (?:to )?(?:upgrad|updat)\\w*|"
		"aktualisier\\w*|mis(?:e|es)? \xc3\xa0 (?:niveau|jour)|se actualizar\\w*|ser\xc3\xa1n? "
		"actualizad\\w+)",
		NULL},
};
/* The noun in a subject, with what it goes from and to: "[Completed] Upgrade of your cluster c from 1.27
 * to 1.28". */
static struct row upgrade_noun[] = {
	{"upgrade", "\\b(?:upgrade|update|patch(?:ing)?)\\b(?! (?:your|to|before|now|today|immediately)\\b)", NULL}};
static struct row clusterish[] = {
	{"cluster",
		"\\b(?:kubernetes|k8s|k3s|gke|eks|aks|doks|lke|oks|kapsule|openshift|rancher|clusters?|"
		"control ?plane|node "
		"?pools?|postgres(?:ql)?|mysql|mariadb|redis|mongodb|kafka|databases?|keycloak|gitlab|rabbitmq|"
		"elasticsearch|opensearch|cassandra|clickhouse|longhorn|ceph|proxmox|talos)\\b",
		NULL},
};
static struct row subject_classes[] = {
	{"maintenance",
		"\\b(?:extension|cancellation|completion|reschedul\\w*|amendment|planned|emergency|work|"
		"activity) "
		"(?:notification|notice)\\b",
		NULL},
	/* Chinese: maintenance, upgrade, cut-over; Korean: inspection; Russian: works, planned and technical */
	{"maintenance", "维护|維護|(?:系统|版本)升级|割接|점검|(?:лановые|ехнические|рофилактические) работ|бслуживани",
		NULL},
	{"maintenance",
		"\\b(?:interven\xc3\xa7\xc3\xa3o|interrup\xc3\xa7\xc3\xa3o|janela) (?:programada|planeada|de manuten)|"
		"^(?!.*\\b(?:released?|available|what you|how|blog|notes?|advisory)\\b).*\\b(?:os|security|kernel|firmware|software) patch(?:ing|es)?\\b|\\bpatching window",
		NULL},
	{"maintenance", "^(?:\\[[^\\]]*\\]\\s*)*(?:scheduled|in progress|verifying|completed) ?: ", NULL},
	{"maintenance", "\\b(?:instances?|droplets?|hosts?|servers?|hardware|hypervisors?)\\b.{0,40}\\bretire?", NULL},
	{"deprecation",
		"\\b(?:end[- ]of[- ](?:\\w+ )?(?:life|support)|reach\\w* (?:\\w+ ){0,2}end of maintenance|eol\\b|retir(?:e|ing|ement)|deprecat|no "
		"longer (?:be )?support|sunset|discontinu)",
		NULL},
	{"deprecation",
		"\\b(?:certificat\\w*|zertifikat\\w*|domains?|nom de domaine|ssl|tls)\\b.{0,80}\\b(?:expir\\w*|"
		"l\xc3\xa4uft ab|ablauf\\w*|ablaufen)",
		NULL},
	{"maintenance",
		"\\b(?:maint(?:enance)?|planned (?:\\w+ "
		"){0,3}works?|(?:outage|emergency|scheduled|urgent|engineering) works?|work "
		"notification|change notification|"
		"planned (?:outage|event)|travaux (?:planifi|programm)\\w*|intervention "
		"(?:planifi|programm)\\w*|geplante[nrs]? arbeiten|reboot(?:s|ing)?|scheduled (?:\\w+ )?"
		"(?:upgrade|migration|reboot|restart|reload|replacement|failover|switchover)|planned (?:\\w+ )?"
		"(?:upgrade|migration|restart|reboot|reload|replacement|failover|switchover)|(?:network|infrastructure|host|hardware|"
		"firmware|software|power|datacenter) (?:upgrade|migration|replacement)|end of "
		"window|maintenance window|wartung\\w*|onderhoud\\w*|manutenzione|"
		"mantenimiento|will be migrated|planli|instance retirement)\\b",
		NULL},
	/* the number of a change, and how it stands */
	{"maintenance",
		"^(?=.*\\b(?-i:CHG|CRQ|CHGP|PWIC|PW|MAINT|MW|WMT)[-_ ]?#?\\d[\\d-]{2,}\\b).*\\b(?:change of (?:time|date)|completed?|finished|started|in "
		"progress|cancel\\w*|rescheduled|postponed|implemented)\\b",
		NULL},
	{"maintenance",
		"(?<!how )(?<!how your )(?<!how our )\\b(?:power|electrical|network|fib(?:er|re)|cabl(?:e|ing)|ups|generator|cooling|storage) (?:maintenance |repair "
		")?works?\\b|underh\xc3\xa5ll|vedlikehold|vedligehold|prace (?:serwisowe|planowe)|planowane prace|(?:okno|przerwa) "
		"serwisow|konserwacj|servicevindu|servicef\xc3\xb6nst|"
		"\\bgeplante[nrs]? (?:\\w+ )?(?:abschaltung|unterbrechung|umstellung|umzug|migration|neustarts?|updates?)\\b|"
		"\\b(?:network|power|storage|planned|scheduled) interventions?\\b|\\bintervention (?:sur|mat|technique|r\xc3\xa9seau)|"
		"\\b(?:firmware|bios|kernel) updates?\\b|\\b(?:node|disk|drive|server|switch|router|firewall) replacements?\\b|"
		"\\b(?:planned|scheduled|upcoming) (?:\\w+ ){0,3}(?:shut-?down|power-?(?:down|off)|decommission\\w*|relocation|"
		"cut-?over|repair)\\b|arr\xc3\xaat (?:programm|planifi)",
		NULL},
	{"maintenance",
		"\\b(?:(?:unterhalts|umbau|revisions|migrations)arbeiten|trabajos? (?:programados?|planificados?|de mantenimiento)|"
		"(?:intervenci\xc3\xb3n|corte|ventana|parada) (?:programad[oa]|planificad[oa]|de mantenimiento)|"
		"(?:op\xc3\xa9ration|coupure|interruption) (?:planifi|programm)\\w*|lavori programmati|intervento (?:programmato|straordinario|tecnico)|"
		"manuten\xc3\xa7\xc3\xa3o|trabalhos? programados?|(?:geplande )?werkzaamheden)",
		NULL},
	/* Japanese: maintenance, (construction) works, planned stop, switch-over; then: failure */
	{"maintenance", "(?:メンテナンス|保守作業|工事|計画停止|停止作業|切替作業)", NULL},
	{"incident",
		"^\\[(?:resolved|investigating|identified|monitoring|update)\\] (?:elevated|increased|degraded|intermittent|partial)\\b",
		NULL},
	{"incident",
		"(?:障害|不具合|故障)|\\b(?:(?:gro\xc3\x9f|netz|teil|total|strom|server)?(?:st\xc3\xb6rung\\w*|ausfall)|storing(?! (?:your|our|my|the|a|an|and|or|of|large|more|less|up|it|them|all|data|backups?|objects?|files?|logs?|secrets?|passwords?|images?|state)\\b)|panne|incidencia|guasto|"
		"avaria|awaria)\\b",
		NULL},
	{"incident",
		"\\b(?:incident|service issue|investigating|identified|monitoring(?=:)|resolved(?=:)|service "
		"(?:disruption|interruption|degradation)|degraded|outage|post-?mortem|major issue|"
		"reason for outage|rfo)\\b",
		NULL},
};

bool text_is_about_clusters(struct str text)
{
	return SAYS(clusterish, text);
}

/* Mail about other things that speaks of maintenance in passing. */
static struct row other_matters[] = {
	{"none",
		"^how (?:was|did|satisfied)\\b|\\bprivacy (?:policy|notice)\\b|\\bterms (?:of|and)\\b|\\bpric(?:e|es|ing) (?:updates?|changes?|increases?|adjust\\w*)\\b|\\byour feedback\\b|\\brate (?:us|our|your)\\b|\\b(?:webinar|newsletter|workshop|meet-?up|conference|early bird|save the "
		"date|invoice|receipt|survey|rechnung|facture)\\b|^(?:\\[[^\\]]*\\] )?(?:training|master ?class|course|live demo)\\b|\\btraining "
		"(?:session|course|day)",
		NULL},
};
/* What is new, what is on offer: where no time is stated for work, none is announced. */
static struct row advertising[] = {
	{"none",
		"\\b(?:what(?:'s| is) new|release notes|changelog|product (?:news|update)|new features?|tips\\b|how to\\b|"
		"best practices|case stud(?:y|ies)|guide\\b|black friday|\\d+ ?% off|discount|say goodbye|no more|free trial|e-?book|"
		"whitepaper|blog|podcast|neuigkeiten|nouveaut\xc3\xa9s|novedades|nieuwsbrief)",
		NULL},
};
/* Who sells is no office that plans. */
static struct row offers[] = {
	{"none",
		"\\b(?:save (?:up to )?\\d+ ?%|\\d+ ?% off|order (?:now|before|today)|register now|(?:book|request) a demo|free trial|"
		"limited[- ]time|special offer|buy now|jetzt (?:bestellen|sichern|anmelden|buchen)|profitez|inscrivez-vous|"
		"suscr\xc3\xad"
		"bete|bestel nu)\\b",
		NULL},
};
static struct row body_classes[] = {
	{"maintenance",
		"(?:メンテナンス(?:を|作業|(?:の)?実施|(?:を)?行)|mantenimiento programado|(?:tareas|trabajos|labores) de mantenimiento|"
		"op\xc3\xa9ration de maintenance|maintenance (?:programm|planifi)|intervention (?:programm|planifi)|"
		"onderhoud (?:uit|aan|plaats)|werkzaamheden|manutenzione programmata|manuten\xc3\xa7\xc3\xa3o programada)",
		NULL},
	{"maintenance",
		"\\b(?:scheduled maintenance (?:report|is|has|will|was)|maintenance "
		"(?:window|notification|event|work|activity|activities)|planned "
		"(?:maintenance|works?|outage)|"
		"(?:will be|be) (?:performing|conducting|carrying "
		"out)[^.]{0,60}(?:maintenance|upgrade|migration)|(?:is|are) scheduled for (?:\\w+ "
		")?maintenance|"
		"reboot schedule|scheduled reboot|emergency "
		"(?:maintenance|works?)|wartungs(?:fenster|arbeiten))",
		NULL},
	{"deprecation",
		"\\b(?:will (?:\\w+ )?(?:reach|be) end[- ]of[- ](?:life|support)|will no longer be "
		"supported|(?:will be|being|about to be) retired|is deprecated|"
		"has deprecated|we're retiring|are retiring|will be (?:discontinued|deprecated)|support for "
		"[^.]{0,80}will end|will be (?:decommissioned|switched off)|"
		"(?:sera|seront) (?:d\xc3\xa9"
		"finitivement )?d\xc3\xa9sactiv\xc3\xa9|wird \\w[^.]{0,60}(?:abgeschaltet|"
		"deaktiviert|eingestellt))",
		NULL},
	{"maintenance",
		"\\b(?:updates?|patch(?:es)?|fix(?:es)?)\\b[^.]{0,120}\\bwill be (?:\\w+ )?(?:applied|installed|rolled out)\\b|"
		"\\bwill be (?:applied|installed|rolled out) (?:automatically|on|at|between|from|after)\\b|"
		"\\b(?:instances?|hosts?|servers?|droplets?|databases?|clusters?|nodes?|volumes?|machines?|"
		"linodes?)(?: [\\w.-]+)? will be (?:\\w+ )?"
		"(?:stopped|terminated|rebooted|restarted|migrated|patched|replaced|powered off)",
		NULL},
	{"incident",
		"(?m)^\\W*incident(?: (?:title|name))?\\s*:|^\\W*status\\W+(?:investigating|identified|monitoring)\\b",
		NULL},
	{"incident",
		"\\b(?:incident report for|incident (?:began|started|has been)|we are (?:currently "
		")?investigating|the issue has been (?:identified|resolved))",
		NULL},
};

/* Enough for an office's mail that states a start and an end. */
static struct row work_words[] = {
	{"maintenance",
		"\\b(?:maintenance|outage|reboots?|downtime|migration|migrat\\w+|interruption|works?|"
		"activity|travaux|"
		"wartung\\w*|onderhoud|werkzaamheden|mantenimiento|upgrade|replac\\w+|restart\\w*|rotat\\w+|patch\\w*|"
		"switch-?over|fail-?over|\\w*tausch\\w*|abschalt\\w*|abgeschaltet|reload)\\b|vedligehold|vedlikehold|underh\xc3\xa5ll|メンテナンス|工事|作業",
		NULL},
};

/* In a subject a state word weighs more than "planned" beside it, wherever it stands. */
static struct row subject_states[] = {
	/* Japanese: called off, put off; done; moved, extended; begun */
	{"cancelled", "(?:中止|取りやめ|延期)", NULL},
	{"completed", "(?:完了|終了(?!予定|日時|時刻))", NULL},
	{"rescheduled", "(?:(?:日程|日時|時間)(?:の)?変更|延長)", NULL},
	{"started", "(?:作業開始|開始のお知らせ|\\[開始\\])", NULL},
	{"cancelled",
		"\\b(?:cancel(?:l?ed|lation|l?ing)?|postponed|withdrawn|aborted|rolled back|called "
		"off|annul\\w*|abgesagt|geannuleerd|cancelad[oa]|annullat[oa]|"
		"absage|aplazad[oa]|aplazamiento|pospuest[oa]|uitgesteld|adiad[oa]|rinviat[oa]|entf\xc3\xa4llt)\\b|annul\xc3\xa9",
		NULL},
	{"completed",
		"(?<!not )(?<!not yet )(?<!not been )(?<!nicht )(?<!niet )(?<!to be )(?<!be )\\b(?:complet(?:ed?|ion)|(?:end of|ended) (?:maintenance "
		")?window|maintenance "
		"end(?:ed)?(?! (?:date|time))|finished|abgeschlossen|beendet|afgerond|voltooid|conclu\xc3\xad"
		"d[oa]|completat[oa]|completad[oa]|finalizad[oa]|"
		"termin\xc3\xa9"
		"e?)\\b(?!\\s*\\?)|^(?:\\[[^\\]]*\\] ?)?resolved\\b",
		NULL},
	{"rescheduled",
		"\\b(?:re-?schedul(?:ed?|ing)|amend(?:ed|ment)|extension|extended(?! support)|revised|new "
		"date|date "
		"change|verl\xc3\xa4ngert|verlengd|prolong\xc3\xa9|verplaatst|prorrogad[oa]|ampliad[oa]|verschoben|verschiebung|verlegung|report\xc3\xa9"
		"e?|reprogramad[oa]|change of (?:date|time)|maintenance update(?! (?:for|of|on|to)))\\b|"
		"(?:^|[-:(\\]] ?)update(?:d)?(?: ?\\d*)?(?:$|[:)*-]| ?notification)|^correct(?:ion|ed)\\b|\\bupdated "
		"(?:notification|notice|maintenance|window|invitation|event)",
		NULL},
	{"started",
		"\\b(?:d\xc3\xa9"
		"but d(?:e|es|u)|en cours|beginn (?:der|des)|begonnen|gestartet|gestart|iniciad[oa]|iniziat[oa])\\b|"
		"\\b(?:in[- ]?progress|being (?:upgraded|updated)|start(?:ed|ing(?! (?:on|at|in|from|soon|tomorrow|tonight|this|next|(?:mon|tues|wednes|thurs|fri|satur|sun)day|[a-z]+ \\d|\\d)))?(?: now)?|begun|has been "
		"initiated|initiated|implement(?:ing|ation)?|under ?way|commenced)\\b(?! date)",
		NULL},
	{"tentative", "\\b(?:tentative|provisional|(?:backup|alternate) (?:date|night|window))\\b", NULL},
	{"confirmed",
		"\\b(?:planned|scheduled|schedule|confirmed|confirmation|new|reminder|emergency|demand|"
		"urgent|upcoming)\\b",
		NULL},
};
#define RESOLVED_ABROAD                                                                                                \
	"behoben|gel\xc3\xb6st\\b|beseitigt|opgelost|verholpen|r\xc3\xa9solu|resuelt[oa]|risolt[oa]|resolvid[oa]"
/* "noch nicht behoben", "pas encore résolu", "wird behoben": not yet. */
#define UNRESOLVED_ABROAD                                                                                                                          \
	"\\b(?:nicht|noch|voraussichtlich|wird|werden|soll(?:te)?|sobald|wenn|pas|encore|sera|seront|d\xc3\xa8s|quand|niet|nog|"                   \
	"wordt|worden|zodra|wanneer|ikke|inte|no (?:ha|han|est\xc3\xa1|se|fue|queda)|non|ancora|sar\xc3\xa0|ser\xc3\xa1|cuando|"                   \
	"n\xc3\xa3o|ainda|quando)\\b(?:(?! (?:ist|sind|wurden?|konnten?|a \xc3\xa9t\xc3\xa9|is|zijn|wordt)\\b)[^.!?]){0,80}\\b(?:" RESOLVED_ABROAD \
	")"
/* "We will be back with an update" reports none. */
static struct row incident_body_states[] = {
	{"updated", UNRESOLVED_ABROAD, NULL},
	{"resolved",
		"\\b(?:" RESOLVED_ABROAD
		")|\\b(?:(?:has|have) (?:now )?been (?:fully )?(?:resolved|fixed|mitigated)|is (?:now )?(?:resolved|fixed)|"
		"(?-i:Resolved|RESOLVED)|post-?mortem|reason for outage|root cause)\\b",
		NULL},
	{"updated",
		"(?m)\\b(?:monitoring|identified(?! as\\b)|verifying|in progress)\\b|^\\W*updated?\\b(?! (?:you|by|at))",
		NULL},
	{"announced", "\\b(?:investigating|new incident|opened)\\b", NULL},
};
static struct row incident_states[] = {
	{"updated", UNRESOLVED_ABROAD, NULL},
	{"resolved",
		"(?:^|\\b)(?:" RESOLVED_ABROAD
		"|resolved|completed|post-?mortem|closed|rfo|reason for outage|root cause)\\b",
		NULL},
	{"updated", "\\b(?:update|monitoring|identified|verifying|in progress)\\b", NULL},
	{"announced", "\\b(?:investigating|new incident|opened)\\b", NULL},
};
/* On through a sentence, over its line ends; a point inside a number or name ends none. */
#define ON "(?:[^.!?\\n]|\\.(?=\\w)|\\n(?!\\s*\\n))"
#define WORK                                                                                                            \
	"(?:maintenances?|works?|activit(?:y|ies)|event|change|upgrade|update|window|migration|wartung\\w*|"            \
	"aktualisierung\\w*|travaux|mises? \xc3\xa0 (?:jour|niveau)|interventions?|mantenimiento|actualizaci\xc3\xb3n|" \
	"manutenzione|aggiornamento|onderhoud|werkzaamheden|arbeiten|manuten\xc3\xa7\xc3\xa3o|underh\xc3\xa5ll\\w*)"
static struct row body_states[] = {
	{"cancelled",
		"\\b" WORK "\\b" ON "{0,200}?\\s"
		"(?:has|have|is|was|were|been)(?: now)?(?: been)?\\s+(?:cancel(?:l?ed)|called "
		"off|postponed|withdrawn|aborted|rolled back)"
		"|\\bha(?:s|ve) cancell?ed\\s+(?:a|the|this|its|our)\\b" ON "{0,40}\\b" WORK "\\b"
		"|\\bthis " WORK " was not completed|\\b" WORK
		" will (?:not|no longer) (?:take place|proceed|go ahead|be (?:carried|performed))"
		"|\\bwill (?:not|no longer) be (?:performing|carrying out|conducting)\\b" ON "{0,40}?\\b" WORK "\\b"
		"|\\b" WORK "\\b" ON "{0,60} (?:wurde|wurden|ist) (?:abgesagt|verschoben)|\\bha(?:n)? sido cancelad[oa]"
		"|\\b(?:est|sont|a \xc3\xa9t\xc3\xa9|ont \xc3\xa9t\xc3\xa9) annul|activity status\\W+cancel"
		"|\\b(?:findet|finden)\\b" ON
		"{0,60}?\\bnicht statt\\b|\\bn'aur(?:a|ont) pas lieu|\\b(?:gaat|gaan) niet door\\b"
		"|\\b(?:vindt|vinden)\\b" ON
		"{0,60}?\\bniet plaats\\b|\\bno (?:se (?:realizar|llevar)|tendr)\xc3\xa1n?\\b"
		"|\\bha(?:n)? sido (?:aplazad|pospuest)[oa]|\\b(?:is|zijn|wordt|worden) (?:helaas )?(?:geannuleerd|uitgesteld)"
		"|(?:中止|延期)(?:と(?:なり|いた)|いた(?:しま|すこと)|しま|にな|させて)",
		NULL},
	{"completed",
		"\\b" WORK "\\b" ON "{0,200}?\\s"
		"(?:has|have|is|was|were)(?:\\s+now|\\s+been|\\s+successfully){0,3}\\s+(?:complete[d]?\\b|"
		"finished|concluded|over\\b)"
		"|\\b" WORK "\\b" ON "{0,60} (?:wurde|wurden|ist|sind) (?:erfolgreich )?(?:abgeschlossen|beendet)"
		"|\\bha(?:n)? (?:finalizado|concluido)|\\b(?:est|sont|a \xc3\xa9t\xc3\xa9|ont \xc3\xa9t\xc3\xa9) (?:termin|achev)\xc3\xa9"
		"|\\b(?:is|zijn) (?:succesvol |met succes )?(?:afgerond|voltooid)|(?:完了|終了)(?:いた)?しました(?!ら)"
		"|automatically upgraded your|(?:has|have) been (?:successfully )?upgraded",
		NULL},
	{"rescheduled",
		"\\b(?:this|the|your|below|following)(?:\\s+\\w+){0,4}\\s+(?:has|have)\\s+been\\s+(?:re-?"
		"scheduled|amended)|has "
		"rescheduled (?:the|this)|\\bis rescheduled|\\bhas (?:updated|amended) (?:a|the|this)\\b" ON
		"{0,30}\\b" WORK "|\\b" WORK
		" (?:was|is|has been) amended|new (?:date|window|schedule|time) (?:is|as|for|will be)\\b(?! (?:\\w+ )?(?:announced|"
		"communicated|shared|provided|sent|advised|set|follow))"
		"|\\b" WORK "\\b" ON
		"{0,120}?\\b(?:has|have|is|was|wird|werden|wurden?|wordt|worden|est|sont|a|ont|ha|han|foi) " ON
		"{0,60}?(?:\\bextended\\b|\\bverl\xc3\xa4ngert|\\bverlengd|\\bprolong\xc3\xa9|\\bprorrogad|\\bampliad|\\bprolungat)"
		"|\\b" WORK "\\b" ON "{0,120}?\\b(?:wird|werden|wurde|wurden)\\b" ON "{0,80}? (?:auf|um) " ON
		"{0,80}? (?:verschoben|verlegt)\\b|\\b(?:est|sont|a \xc3\xa9t\xc3\xa9) (?:report\xc3\xa9|d\xc3\xa9"
		"cal\xc3\xa9)e?s? (?:au|du|\xc3\xa0)\\b|\\bwill be performed during the alternate (?:night|date|window)",
		NULL},
	{"started",
		"\\b(?:maintenance|works?|activity|upgrade|reboots?)(?: \\w+){0,3} (?:has|have) (?:now "
		")?(?:begun|started|commenced)|(?:has|have) (?:started|begun) (?:to "
		")?(?:upgrad|updat)\\w*|(?:is|are) being (?:upgraded|updated)|is (?:currently|now) in "
		"progress|\\b" WORK "\\b" ON "{0,160}?\\s(?:a|ont) (?:d\xc3\xa9"
		"but\xc3\xa9|commenc\xc3\xa9)|\\b" WORK "\\b" ON
		"{0,160}?\\s(?:(?:hat|haben) (?:soeben |nun )?begonnen|wurden? (?:soeben |nun )?gestartet|han? "
		"(?:comenzado|iniciado|empezado)|\xc3\xa8 iniziat[oa])",
		NULL},
	{"tentative", "\\btentative(?:ly)? (?:scheduled|planned|date|window)", NULL},
};
static struct row retractions[] = {
	{"cancelled",
		"\\b(?:(?:communication|notification|e-?mail|message|notice)[^.]{0,30} (?:was )?sent (?:to "
		"you )?in error|sent (?:to you )?(?:in error|by mistake)|"
		"(?:please|kindly) (?:disregard|ignore) (?:our|the) "
		"(?:previous|earlier|last|prior)[^.]{0,30}(?:e-?mail|notice|notification|message))",
		NULL},
};
static struct row reminders[] = {{"yes", "\\b(?:reminder|this is a reminder|erinnerung|rappel|herinnering)\\b", NULL}};

/* "You will be told when the window has been rescheduled" states nothing. */
static bool is_condition(struct str text, size_t at, size_t end)
{
	static struct row conditions[] = {
		{"yes",
			"\\b(?:if|when|whenever|once|unless|until|till|should|in case|after|before|as soon "
			"as|whether|may have|falls?|sobald|wenn|falls|lorsque)\\b[^.!?,;]*$",
			NULL},
	};
	size_t from = at;
	while (from > 0 && !strchr(".!?", text.p[from - 1]) && at - from < 160)
		from--;
	return SAYS(conditions, str_slice(text, from, end));
}

/* What the body says has happened. */
static struct str state_in_body(struct str body)
{
	struct str g[REGEX_GROUPS];
	for (size_t i = 0; i < LEN(body_states); i++)
		for (size_t from, at = 0; ask_at(body_states + i, 1, body, at, g); at = from + 1) {
			from = (size_t)(g[0].p - body.p);
			if (!is_condition(body, from, from + g[0].n))
				return str_of(body_states[i].value);
		}
	return STR_NONE;
}

/* What a monitor tells of somebody's own service is no provider's incident. */
static struct row alarms[] = {
	{"none",
		"^(?:(?:started|new|ongoing|acknowledged|(?:auto-)?resolved) incident: |(?:fired|resolved): ?sev ?\\d\\b|"
		"(?:new |resolved |acknowledged )?pagerduty incident\\b)",
		NULL},
};

/* One that is made, of a cluster or to a version. The subject is asked first: bodies are long. */
static bool is_upgrade(const struct wording *w, const struct versions *v)
{
	bool told = SAYS(done_to_you, w->subject);
	if (!told && !v->from.n && !v->to.n)
		return false;
	if (!v->to.n && !text_is_about_clusters(w->subject) && !text_is_about_clusters(w->body))
		return false;
	return told || (v->from.n && v->to.n && SAYS(upgrade_noun, w->subject)) || SAYS(done_to_you, w->body);
}

struct str wording_class(const struct wording *w, const struct versions *v, bool planned)
{
	struct str class = ANSWER(subject_classes, w->subject);
	if (SAYS(other_matters, w->subject) || SAYS(alarms, w->subject) ||
		(!planned && !state_in_body(w->body).n && (SAYS(advertising, w->subject) || SAYS(offers, w->body))))
		return STR("none");
	if (str_eq(class, STR("maintenance")) && !text_is_about_clusters(w->subject) && !v->to.n)
		return class;
	if (is_upgrade(w, v))
		return STR("upgrade");
	if (class.n)
		return class;
	if (wording_retracts(w))
		return STR("maintenance");
	class = ANSWER(body_classes, w->body);
	if (!class.n && w->whole_window && mailbox_is_office(&w->from) &&
		(SAYS(work_words, w->body) || SAYS(work_words, w->subject)))
		return STR("maintenance");
	if (str_eq(class, STR("maintenance")) && !planned && !state_in_body(w->body).n)
		return STR("none"); /* words without a promise: a newsletter, an invoice for it */
	return class.n ? class : STR("none");
}

/* The first lines of a body, when they are headings: "Maintenance Canceled", "Planned Maintenance Withdrawn".
 */
static struct str state_in_heading(struct str body)
{
	enum { HEADINGS = 3, HEADING_MAX = 80 };
	static struct row stamped[] = {{"yes", "[:\\t]\\W*\\d", NULL}};
	struct str line;
	for (int i = 0; i < HEADINGS && str_next(&body, '\n', &line);) {
		line = str_trim(line);
		while (line.n && strchr("_*=#", line.p[line.n - 1]))
			line.n--;
		if (!line.n)
			continue;
		if (SAYS(stamped, line))
			continue; /* "Work start: 19/11/2025" */
		if (line.n > HEADING_MAX || strchr(".,", line.p[line.n - 1]))
			return STR_NONE;
		struct str state = ANSWER(subject_states, line);
		if (state.n && !str_eq(state, STR("confirmed")) && SAYS(work_words, line))
			return state;
		i++;
	}
	return STR_NONE;
}

/* Put off to a date that is named is moved, not called off. */
static bool is_moved(const struct wording *w)
{
	static struct row postponed[] = {{"yes",
		"\\b(?:postponed|verschoben|delayed|aplazad[oa]|pospuest[oa]|uitgesteld|adiad[oa]|rinviat[oa])\\b|report\xc3\xa9|延期",
		NULL}};
	static struct row cancelled[] = {{"yes", "\\b(?:cancel|annul|geannul|abgesagt)|中止", NULL}};
	static struct row moves[] = {
		{"yes",
			"\\bnew "
			"(?:date|window|schedule|time|start)\\b[^.]{0,40}?\\d|\\b(?:postponed|delayed)\\b[^.]"
			"{0,60}? "
			"(?:to|until)\\b(?! further)[^.]{0,40}?\\d|\\bwill now (?:take place|start|begin|be "
			"\\w+)[^.]{0,60}?\\d|verschoben auf|neue[rs]? (?:termin|zeitfenster|datum)|report\xc3\xa9"
			"e?s? au|nouvelles? (?:date|fen\xc3\xaatre|plage)|nuev[oa]s? (?:fecha|horario|ventana)|nieuwe (?:datum|tijd)|nuova data|"
			"nova data|変更後|新(?:日程|日時)|延期後|(?:日|時)(?:に|へ)(?:変更|延期)",
			NULL},
	};
	return (SAYS(postponed, w->subject) || SAYS(postponed, w->body)) && !SAYS(cancelled, w->subject) &&
	       SAYS(moves, w->body);
}

static struct row soon[] = {{"yes",
	"\\b(?:will (?:now )?(?:begin|start|commence)|starting|starts|beginning|begins) (?:soon|shortly|tomorrow|in (?:about "
	")?\\d+ ?(?:m|h|d))",
	NULL}};

struct str wording_status(const struct wording *w, struct str class, bool has_window)
{
	bool incident = str_eq(class, STR("incident"));
	if (str_eq(class, STR("none")))
		return STR_NONE;
	if (str_eq(class, STR("deprecation")))
		return STR("announced");
	if (wording_retracts(w))
		return STR("cancelled");
	struct str status = incident ? ANSWER(incident_states, w->subject) : ANSWER(subject_states, w->subject);
	bool weak = !status.n || str_eq(status, STR("confirmed")) ||
		    (str_eq(status, STR("started")) && str_eq(class, STR("upgrade")));
	if (!incident && weak) {
		struct str in_body = state_in_heading(w->body);
		in_body = in_body.n ? in_body : state_in_body(w->body);
		status = in_body.n ? in_body : status;
	}
	if (str_eq(status, STR("cancelled")) && is_moved(w))
		return STR("rescheduled");
	if (str_eq(status, STR("started")) && (SAYS(soon, w->subject) || SAYS(soon, w->body)))
		status = STR("confirmed");
	if (incident && !status.n)
		status = ANSWER(incident_body_states, w->body);
	if (status.n)
		return str_eq(status, STR("confirmed")) && !has_window ? STR("announced") : status;
	return has_window && str_eq(class, STR("maintenance")) ? STR("confirmed") : STR("announced");
}

bool wording_retracts(const struct wording *w)
{
	return SAYS(retractions, w->subject) || SAYS(retractions, w->body);
}

bool wording_asks(struct str body)
{
	static struct row questions[] = {
		{"yes",
			"\\b(?:could|can|would) (?:you|we|it|this|that|the)\\b|\\bplease "
			"(?:move|postpone|shift|delay|reschedule)\\b|\\b(?:k\xc3\xb6nnten|"
			"k\xc3\xb6nnen|bitte|pourriez|pouvez)\\b|\\?\\s*$",
			NULL},
	};
	return SAYS(questions, body);
}

bool wording_reminds(const struct wording *w)
{
	return SAYS(reminders, w->subject) || SAYS(reminders, str_slice(w->body, 0, 600));
}
