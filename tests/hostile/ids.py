#!/usr/bin/env python3
"""Names things anew in a timeline, as only somebody else's program can: ids.py FILE ID=NEW..., each ID wherever it stands in what was typed."""
import json, sqlite3, sys

db = sqlite3.connect(sys.argv[1])
db.execute("DROP TRIGGER statement_stays")
for seq, name, body in db.execute("SELECT seq, id, body FROM statement").fetchall():
    said = json.loads(body)
    for old, new in (word.split("=", 1) for word in sys.argv[2:]):
        said = {key: new if value == old else value for key, value in said.items()}
        name = "/".join(new if part == old else part for part in name.split("/"))
    db.execute("UPDATE statement SET id = ?, body = ? WHERE seq = ?", (name, json.dumps(said), seq))
db.commit()
