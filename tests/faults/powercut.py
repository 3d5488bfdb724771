"""Power cuts: a file system on an image is shut down in the middle of writing, and what is on it afterwards is compared with what was said."""
import fcntl, os, re, shutil, subprocess, threading, time

SHUTDOWN = 0x8004587D # FS_IOC_SHUTDOWN, _IOR('X', 125, __u32)
NO_FLUSH = (2).to_bytes(4, "little") # not even the file system's own log: what was not synced is gone
ACKNOWLEDGED = re.compile(rb"^e[0-9a-f]{12,}  ")


class Disk:
    """A file system of its own on an image. Only root can have one."""
    def __init__(self, kind, folder):
        self.image, self.folder, self.mounted = os.path.join(folder, kind + ".img"), os.path.join(folder, kind), False
        os.makedirs(self.folder, exist_ok=True)
        with open(self.image, "wb") as f:
            f.truncate(400 << 20)
        words = {"ext4": ["mkfs.ext4", "-q", "-F"], "xfs": ["mkfs.xfs", "-q", "-f"]}[kind]
        self.usable = os.geteuid() == 0 and shutil.which(words[0]) is not None \
            and not subprocess.run([*words, self.image], capture_output=True).returncode and self.mount()

    def mount(self):
        self.mounted = not subprocess.run(["mount", "-o", "loop", self.image, self.folder], capture_output=True).returncode
        return self.mounted

    def cut(self):
        fd = os.open(self.folder, os.O_RDONLY)
        fcntl.ioctl(fd, SHUTDOWN, NO_FLUSH)
        os.close(fd)

    def umount(self):
        for _ in range(50):
            if not subprocess.run(["umount", self.folder], capture_output=True).returncode:
                self.mounted = False
                return True
            time.sleep(0.1)
        return False

    def close(self):
        if self.mounted:
            subprocess.run(["umount", "-l", self.folder], capture_output=True)
        if os.path.exists(self.image):
            os.unlink(self.image)


class PowerCut:
    def power_cut(self, row, kind):
        disk = Disk(kind, self.work)
        try:
            if not disk.usable:
                row.skipped = f"only root can mount an image, and mkfs.{kind} makes it"
                return
            db, said = os.path.join(disk.folder, "t.db"), []
            self.run("log", "first", db=db)
            for i in range(self.times(1000, 3)):
                said += self.write_until_cut(disk, db, i)
                row.trials += 1
                if not disk.umount() or not disk.mount():
                    row.breaks("the image cannot be mounted again")
                    return
                self.sound(db, row)
                if i % 10 == 9 or not self.long: # what was read of a file comes out whole, too
                    self.settle(row, db, said)
                    said = []
                if i % 50 == 49 or not self.long:
                    self.complete_beside(row, db)
                    for name in os.listdir(disk.folder):
                        if name.startswith("t.db"):
                            os.unlink(os.path.join(disk.folder, name))
                    self.run("log", "first", db=db)
        finally:
            disk.close()

    def write_until_cut(self, disk, db, turn):
        """Two people log and an ingest runs; the lines of which the acknowledgement was read before the cut began."""
        people = [self.start("log", "-", db=db) for _ in range(2)]
        ingest = self.start("ingest", self.log, db=db)
        heard = [[], []]
        threads = [threading.Thread(target=self.converse, args=(p, h, f"cut {turn} person {i} line ")) for i, (p, h) in enumerate(zip(people, heard))]
        for t in threads:
            t.start()
        time.sleep(self.random.uniform(0.02, 0.35))
        before = [list(h) for h in heard]
        disk.cut()
        for p in (*people, ingest):
            p.kill()
        for t in threads:
            t.join()
        for p in (*people, ingest):
            try:
                p.stdin.close()
            except BrokenPipeError: # a line that it did not read any more
                pass
            p.stdout.close()
            p.wait()
        return before[0] + before[1]

    def start(self, *words, db):
        return subprocess.Popen([self.lineup, "-d", db, *words], env=self.env(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)

    @staticmethod
    def converse(person, heard, text):
        """Says a line, waits until it is acknowledged, says the next."""
        try:
            n = 0
            while True:
                person.stdin.write(f"{text}{n}\n".encode())
                person.stdin.flush()
                if not ACKNOWLEDGED.match(person.stdout.readline()):
                    return
                heard.append(f"{text}{n}")
                n += 1
        except (OSError, ValueError):
            return

    def complete_beside(self, row, db):
        """The ingest that was cut gets to all its events when it is run again, whatever else is in the timeline."""
        self.run("ingest", self.log, db=db)
        there = [e for e in self.events(db) if " volume pvc-" in e]
        row.acknowledged += len(self.reference)
        row.lost += len(set(self.reference) - set(there))
        if there != self.reference:
            row.breaks(f"{len(there)} events of {len(self.reference)} once the ingest ran again")
