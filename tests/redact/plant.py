"""Writes evidence with planted secrets, and what was planted: plant.py EVIDENCE PLANTED ORDINARY. Every value is made up here."""
import base64, hashlib, random, string, sys

rnd = random.Random(20240617)
ALNUM = string.ascii_letters + string.digits
def some(n, alphabet=ALNUM): return ''.join(rnd.choice(alphabet) for _ in range(n))
def b64(s): return base64.b64encode(s.encode()).decode()
planted, lines = [], []
def plant(line, *values):
    lines.append(line)
    planted.extend(values)

for i in range(8):
    s = f'eyJ{some(20)}.eyJ{some(40)}.{some(30)}'; plant(f'request failed, jwt {s} rejected', s)
    s = 'AKIA' + some(16, string.ascii_uppercase + string.digits); plant(f'AccessDenied for {s} on bucket', s)
    s = 'ghp_' + some(36); plant(f'fatal: could not read from remote with {s}', s)
    s = 'xoxb-' + some(12, string.digits) + '-' + some(24); plant(f'slack: posting with {s} failed', s)
    s = 'glpat-' + some(20); plant(f'clone https://oauth2:{s}@git.{some(6).lower()}.net/ops.git', s)
    s = some(14); plant(f'starting with DB_PASSWORD={s} in environment', s)
    s = some(14); plant(f'{{"level":"info","password":"{s}","msg":"login"}}', s)
    s = some(14); plant(f"restic: passphrase: '{s}' is wrong", s)
    s = some(20); plant(f'client_secret = {s} not accepted', s)
    s = some(24); plant(f'GET /v1/backups?prefix=a&api_key={s}&x=1 403', s)
    s = some(64, '0123456789abcdef'); plant(f'GET https://bkt-{i}.s3.amazonaws.com/daily.tar?X-Amz-Signature={s}&X-Amz-Date=1 403', s)
    s = some(32); plant(f'curl -H "Authorization: Bearer {s}" failed', s)
    s = b64('svc:' + some(12)); plant(f'Authorization: Basic {s}', s)
    s = some(12); plant(f'dial postgres://fusion:{s}@db-{i}.prod.internal:5432/auth failed', s, f'db-{i}.prod.internal')
    s = some(12); plant(f'amqp://guest-{s}:{s}x@mq/ refused', s)
    s = some(44) + '=='; plant(f'DefaultEndpointsProtocol=https;AccountName=bk;AccountKey={s};EndpointSuffix=x', s)
    s = some(12); plant(f'mysqldump --user=root --password={s} auth > dump', s)
    s = some(12); plant(f'mysql -h db -p{s} -e "select 1"', s)
    s = 'hvs.' + some(24); plant(f'vault: {s} has expired', s)
    s = '$2b$10$' + some(53); plant(f'hash {s} does not match', s)
    s = f'T{some(8)}/B{some(8)}/{some(24)}'; plant(f'POST https://hooks.slack.com/services/{s} 404', s)
    s = f'op{i}.{some(6).lower()}@corp-{i}.example.com'; plant(f'mail to {s} bounced', s)
    s = f'10.{rnd.randrange(256)}.{rnd.randrange(256)}.{rnd.randrange(1,255)}'; plant(f'dial tcp {s}:9000: connect: no route to host', s)
    s = f'2001:db8:{rnd.randrange(1,65535):x}::{rnd.randrange(1,65535):x}'; plant(f'peer [{s}]:6443 timed out', s)
    s = f'nas{i}-{some(4).lower()}.dc-old.example.net'; plant(f'mount.nfs: {s}:/export: connection timed out', s)
    s = some(6).lower() + str(i); plant(f'open /home/{s}/.ssh/id_ed25519: permission denied', s)
    for shape, alphabet, n in (('hf_', ALNUM, 34), ('dapi', '0123456789abcdef', 32), ('shpat_', '0123456789abcdef', 32), ('key-', '0123456789abcdef', 32), ('lin_api_', ALNUM, 40),
            ('123456789:AA', ALNUM, 33), ('SK', '0123456789abcdef', 32), ('tskey-auth-', ALNUM, 24), ('pscale_tkn_', ALNUM, 32), ('sntrys_', ALNUM, 40), ('ATATT3', ALNUM, 44)):
        s = some(n, alphabet); plant(f'refused with {shape}{s}', s)
    s = b64('bot:' + some(9)); plant(f'{{"auths":{{"registry":{{"auth":"{s}"}}}}}}', s)
    s = some(12); plant(f'machine git login bot password {s}', s)
    s = some(12); plant(f'somebody wrote that the password is "{s}" in the ticket', s)
    s = some(12); plant(f'jdbc:postgresql://db/auth?user=app&password={s}&ssl=true', s)
    s = some(12); plant(f'Server=tcp:sql;User ID=app;Password={s};', s)
    s = some(12); plant(f'redis://:{s}@cache:6379/0', s)
    s = some(12); plant(f'mongodb+srv://app:{s}@cluster/db', s)
    s = some(16); plant(f'AWS_SECRET_ACCESS_KEY={s} aws s3 ls', s)
# Who logs in, and who becomes root.
for line, name in (('Accepted publickey for hkestrel from 198.51.100.7 port 50022 ssh2', 'hkestrel'), ('Failed password for bwaxwing from 198.51.100.7 port 22 ssh2', 'bwaxwing'),
                   ('Invalid user cplover from 198.51.100.7', 'cplover'), ('Disconnected from user dgodwit 198.51.100.7 port 50022', 'dgodwit'),
                   ('Connection closed by authenticating user ewhimbrel 198.51.100.7 port 22 [preauth]', 'ewhimbrel'), ('New session 12 of user hruff.', 'hruff'),
                   ('pam_unix(sshd:session): session opened for user jsanderling(uid=1001) by (uid=0)', 'jsanderling'),
                   ('sudo:  fdunlin : TTY=pts/0 ; PWD=/srv ; USER=root ; COMMAND=/bin/ls', 'fdunlin'), ('su: (to root) gturnstone on pts/1', 'gturnstone')):
    plant(line, name)

for i in range(3):
    body = [some(64, ALNUM + '+/') for _ in range(3)]
    plant('key: -----BEGIN RSA PRIVATE KEY-----\\n' + '\\n'.join(body) + '\\n-----END RSA PRIVATE KEY----- leaked', *body)

with open(sys.argv[1], 'w') as f:
    for i, l in enumerate(lines):
        f.write(f'2024-06-18T0{i // 60 % 10}:{i % 60:02d}:{i // 600:02d}Z {l}\n')
open(sys.argv[2], 'w').write('\n'.join(planted) + '\n')

ordinary = ['upgrade from 1.27.3 to 1.28.9-gke.1000 began at 12:34:56.789', 'pod pod-{u} on volume pvc-{u} is Running', 'image sha256:{h} pulled in 1.234s (1.234s including waiting)',
    'MountVolume.SetUp failed for volume "pvc-{u}" : secret "fusionauth-db" not found', 'longhorn.io/v1beta2 Volume pvc-{u} robustness degraded',
    'file /var/log/pods/auth_fusionauth-0/fusionauth/0.log rotated', 'reading manager.log, events.json, values.yaml and backup.sh', 'snapshot {h8} saved, 1,234 files, 5.678 GiB',
    'Back-off restarting failed container fusionauth in pod fusionauth-{n}', 'liveness probe failed: http://127.0.0.1:9011/api/status', 'std::string is no address, 10:20:30 is a time, a::b neither',
    'chrome 120.0.6099.109 and openssl 3.0.11-1', 'node affinity: 3 node(s) had volume node affinity conflict', 'token: expired; password: incorrect', 'Basic authentication is off',
    'kubernetes.io/hostname and storageclass.kubernetes.io/is-default-class', 'com.example.auth.Login.handle(Login.java:{n})', 'took 2024.06 of budget, 99.95% of 1.5e3 requests, v2.0.0.1']
with open(sys.argv[3], 'w') as f:
    for i in range(2000):
        h = hashlib.sha256(str(i).encode()).hexdigest()
        u = f'{h[:8]}-{h[8:12]}-{h[12:16]}-{h[16:20]}-{h[20:32]}'
        f.write(f'{i} ' + ordinary[i % len(ordinary)].format(h=h, u=u, h8=h[:8], n=i) + '\n')
