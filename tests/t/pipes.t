#!/bin/sh
# Ways in that operators have running already: a mail filter, journalctl -f, kubectl logs -f.
. "$(dirname "$0")/../lib.sh"

# wait_for N: the timeline has N lines within ten seconds
wait_for() { i=0; while [ $i -lt 100 ]; do [ "$(lineup timeline 2>/dev/null | wc -l)" = "$1" ] && return 0; sleep 0.1; i=$((i + 1)); done; return 1; }
# comes NAME N: what was written last is there while its writer goes on
comes() { if wait_for "$2"; then pass "$1"; else fail "$1" "$(lineup timeline 2>&1 | tail -n 3)"; fi; }

# ---- a mail, as a delivery agent hands it to `|lineup ingest -`: an envelope line, its own headers, the mail ----
cat >notice <<'MAIL'
From noc@hosting.example Sat Jun 15 08:12:04 2024
Return-Path: <noc@hosting.example>
X-Original-To: ops@shop.example
Delivered-To: ops@shop.example
Received: from mx.hosting.example (mx.hosting.example [192.0.2.7]) by mail.shop.example (Postfix) with ESMTPS id 4W1x2y
	for <ops@shop.example>; Sat, 15 Jun 2024 08:12:03 +0000 (UTC)
Date: Sat, 15 Jun 2024 08:12:01 +0000
From: Hosting NOC <noc@hosting.example>
To: ops@shop.example
Subject: Scheduled maintenance of cluster shop-prod
Message-ID: <20240615.1@hosting.example>

Your cluster shop-prod will be upgraded from 1.27 to 1.28.

Start: 2024-06-17 06:00 UTC
End: 2024-06-17 10:00 UTC
MAIL
export LINEUP_DB=mail.db
status 'a mail through a pipe' 0 lineup ingest - <notice
like 'is a notice with its window' "$(lineup notices)" '^2024-06-15 08:12Z .* 2024-06-17 06:00Z .*shop-prod'
status 'delivered once more' 0 lineup ingest - <notice
is 'it is one all the same' "$(lineup timeline | wc -l)" 1
lineup -d plain.db ingest - >/dev/null 2>&1 <<MAIL
$(sed 1d notice)
MAIL
like 'and without an envelope line' "$(lineup -d plain.db notices)" '2024-06-17 06:00Z'

# ---- journalctl -f: as JSON, and as the lines it prints ----
mkfifo pipe
entry() { printf '{"__CURSOR":"s=a;i=%s","__REALTIME_TIMESTAMP":"17187030%s000000","_HOSTNAME":"node-1","SYSLOG_IDENTIFIER":"kernel","PRIORITY":"3","MESSAGE":"%s"}\n' "$1" "$1" "$2"; }
export LINEUP_DB=json.db
lineup ingest - <pipe >/dev/null 2>&1 &
exec 3>pipe
entry 10 'blk_update_request: I/O error, dev sda, sector 12345' >&3
comes 'journalctl -f -o json: an entry' 1
entry 11 'EXT4-fs (sda1): Remounting filesystem read-only' >&3
comes 'and the next' 2
exec 3>&-
wait
like 'with what it is about' "$(lineup timeline)" 'storage +critical +device:node-1/sda1'

export LINEUP_DB=lines.db
lineup ingest - --year 2024 --tz UTC <pipe >/dev/null 2>&1 &
exec 3>pipe
printf '%s\n' '-- Journal begins at Mon 2024-06-10 08:00:01 UTC. --' 'Jun 18 09:30:00 node-1 kernel: EXT4-fs (sda1): Remounting filesystem read-only' >&3
comes 'journalctl -f: a line' 1
echo 'Jun 18 09:30:05 node-1 systemd[1]: Started backup.service.' >&3
comes 'and the next line' 2
exec 3>&-
wait
like 'at its time' "$(lineup timeline)" '^2024-06-18 09:30:00Z +storage'

# ---- a script that begins with a word of its own ----
export LINEUP_DB=script.db
lineup ingest - --tz UTC <pipe >/dev/null 2>&1 &
exec 3>pipe
echo 'Here we go' >&3
sleep 0.4
echo 'borgmatic 1.8.3, as root' >&3
sleep 0.4
printf '%s\n' '2024-06-18 09:30:00,120 ERROR repository is locked' '2024-06-18 09:30:01,120 INFO trying again' >&3
comes 'a heading does not make a stream plain text' 2
exec 3>&-
wait
like 'whose times are read' "$(lineup timeline)" '^2024-06-18 09:30:01Z'
like 'and what stood before is there' "$(lineup timeline --undated)" 'Here we go'

# ---- kubectl logs -f --timestamps: a stack trace is one record, and does not wait for the next ----
export LINEUP_DB=logs.db
lineup ingest - <pipe >/dev/null 2>&1 &
exec 3>pipe
printf '%s\n' '2024-06-18T09:30:00.120000001Z 2024-06-18 09:30:00.120 ERROR com.shop.search.Client - Unable to connect' \
	'2024-06-18T09:30:00.120000002Z java.net.ConnectException: Connection refused' \
	'2024-06-18T09:30:00.120000003Z 	at java.base/sun.nio.ch.Net.pollConnect(Native Method)' >&3
comes 'kubectl logs -f --timestamps: a record of several lines' 1
echo '2024-06-18T09:30:03.12Z 2024-06-18 09:30:03.120 INFO  com.shop.Main - Starting' >&3
comes 'and the next record' 2
exec 3>&-
wait
is 'of which nothing is left over' "$(lineup sources --json | python3 -c 'import json,sys; s=json.load(sys.stdin)["sources"][0]; print(s["records"], s["format"])')" '2 container-log'

export LINEUP_DB=prefix.db
lineup ingest - <pipe >/dev/null 2>&1 &
exec 3>pipe
echo '[pod/search-0/search] 2024-06-18T09:30:00.123456789Z 2024-06-18 09:30:00,120 ERROR [org.shop.Search] (main) no master' >&3
comes 'kubectl logs -f --prefix --timestamps: a line' 1
exec 3>&-
wait
like 'with its pod' "$(lineup timeline --json)" '"pod":"search-0"'
done_testing
