#!/usr/bin/env python3
"""A register in PostgreSQL with a synchronous standby, under load: the primary is killed with SIGKILL, the standby promoted,
and nothing acknowledged is missing; the tree goes on there. A wait for the standby that somebody cancels is not acknowledged.
Two machines (two folders with their own key, anchor and lock) share the log and do not fork it.
usage: standby.py HABEAS [ROUNDS [TEST]]"""
import glob, json, os, shutil, signal, subprocess, sys, tempfile, threading, time

HABEAS, ROUNDS = os.path.abspath(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 1
BIN = sorted(glob.glob("/usr/lib/postgresql/*/bin"))[-1]
AS_USER = ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"] if os.getuid() == 0 else []
passed = failed = 0


def check(ok, what):
    global passed, failed
    passed += bool(ok)
    failed += not ok
    if not ok:
        print("FAILED:", what)


def habeas(*arguments, stdin=None):
    done = subprocess.run([HABEAS, "register", *arguments], input=stdin, capture_output=True, text=True, timeout=120)
    return done.returncode, done.stdout, done.stderr


class Server:
    """One PostgreSQL server of the cluster."""

    def __init__(self, top, name):
        self.top, self.name, self.data = top, name, f"{top}/{name}"
        self.environment = dict(os.environ, HOME=top, LC_ALL="C.UTF-8")

    def tool(self, program, *arguments):
        subprocess.run([*AS_USER, f"{BIN}/{program}", *arguments], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                       env=self.environment, cwd=self.top)

    def start(self, *settings):
        os.makedirs(f"{self.top}/s-{self.name}", exist_ok=True)
        if AS_USER:
            shutil.chown(f"{self.top}/s-{self.name}", "nobody", "nogroup")
        options = [o for s in settings for o in ("-c", s)]
        self.process = subprocess.Popen([*AS_USER, f"{BIN}/postgres", "-D", self.data, "-k", f"{self.top}/s-{self.name}", "-c", "listen_addresses=", *options],
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=self.environment, cwd=self.top)
        for _ in range(200):
            if subprocess.run([f"{BIN}/pg_isready", "-h", f"{self.top}/s-{self.name}", "-U", "habeas"], stdout=subprocess.DEVNULL).returncode == 0:
                return
            time.sleep(0.1)
        raise SystemExit(f"PostgreSQL {self.name} did not start")

    def ask(self, sql, database="custody"):
        return subprocess.run([f"{BIN}/psql", "-h", f"{self.top}/s-{self.name}", "-U", "habeas", "-d", database, "-Atc", sql],
                              capture_output=True, text=True).stdout.split()

    def address(self):
        return f"postgresql://habeas@/custody?host={self.top}/s-{self.name}"

    def signal(self, number):
        """To the server and every process it started: each of them leads a group of its own."""
        children = open(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read().split()
        for pid in [self.process.pid, *map(int, children)]:
            try:
                os.kill(pid, number)
            except ProcessLookupError:
                pass


def make_cluster(top):
    primary, standby = Server(top, "primary"), Server(top, "standby")
    primary.tool("initdb", "-D", primary.data, "-A", "trust", "-U", "habeas", "-E", "UTF8", "--no-sync")
    primary.start("wal_level=replica", "max_connections=40")
    subprocess.run([f"{BIN}/createdb", "-h", f"{top}/s-primary", "-U", "habeas", "custody"], check=True)
    standby.tool("pg_basebackup", "-h", f"{top}/s-primary", "-U", "habeas", "-D", standby.data, "-R", "-X", "stream", "-c", "fast")
    standby.start("hot_standby=on", "max_connections=40")
    subprocess.run([f"{BIN}/psql", "-h", f"{top}/s-primary", "-U", "habeas", "-d", "custody", "-qc", "ALTER SYSTEM SET synchronous_standby_names = '*'"], check=True)
    primary.ask("SELECT pg_reload_conf()")
    for _ in range(100):
        if primary.ask("SELECT sync_state FROM pg_stat_replication") == ["sync"]:
            return primary, standby
        time.sleep(0.1)
    raise SystemExit("the standby does not follow synchronously")


def line(person, n):
    return json.dumps({"event": "LocationConfirmed", "person": person, "authority": "DGCP", "happened_at": "2025-03-16T12:00:00Z", "place": "CECOT", "method": f"roll {n}"}) + "\n"


def write(store, who, acknowledged, stop):
    n = 0
    while not stop.is_set():
        n += 1
        code, out, _ = habeas("record", "--key", "o.key", "--ndjson", *store, stdin=line(f"P-{who}", n))
        if code in (0, 1):
            acknowledged.extend(json.loads(l) for l in out.splitlines())


def test_promotion(top):
    primary, standby = make_cluster(top)
    machines = [["--db", primary.address(), "--local", f"./{m}"] for m in ("one", "two")]
    subprocess.run([f"{BIN}/createdb", "-h", f"{top}/s-primary", "-U", "habeas", "vault"], check=True)
    for machine in ("one", "two"):  # one vault for both
        open(f"{machine}.vault", "w").write(primary.address().replace("/custody?", "/vault?") + "\n")
    check(habeas("init", "registry.example/custody", *machines[0])[0] == 0, "init")
    check(habeas("key", "new", "DGCP/o-1", "--role", "facility", "--out", "o.key", *machines[0])[0] == 0, "an officer's key")
    for suffix in (".key", ".anchor"):  # the second machine's own copies
        shutil.copy(f"one{suffix}", f"two{suffix}")
    acknowledged, stop = [], threading.Event()
    threads = [threading.Thread(target=write, args=(machines[i % 2], i, acknowledged, stop)) for i in range(4)]
    for thread in threads:
        thread.start()
    time.sleep(4)
    before = len(acknowledged)
    primary.signal(signal.SIGKILL)
    time.sleep(0.5)
    stop.set()
    for thread in threads:
        thread.join()
    check(before > 10, f"there was load: {before} acknowledged before the kill")
    numbers = [a["event"] for a in acknowledged]
    check(len(set(numbers)) == len(numbers), "two machines: each event its own number")
    standby.tool("pg_ctl", "promote", "-D", standby.data)
    open("one.vault", "w").write(standby.address().replace("/custody?", "/vault?") + "\n")
    store = ["--db", standby.address(), "--local", "./one"]
    there = {}
    for row in standby.ask("SELECT seq || ':' || encode(hash, 'hex') FROM leaf"):
        n, leaf = row.split(":")
        there[int(n)] = leaf
    missing = [a["event"] for a in acknowledged if there.get(a["event"]) != a["leaf"]]
    check(not missing, f"acknowledged and missing after the promotion: {missing}")
    code, out, said = habeas("verify", "--json", *store)
    check(code == 0 and json.loads(out)["unaltered"], f"the promoted log verifies: {out} {said}")
    standby.ask("ALTER SYSTEM SET synchronous_standby_names = ''")
    standby.ask("SELECT pg_reload_conf()")
    code, out, said = habeas("person", "P-1", "--key", "o.key", "--ndjson", *store)
    check(code == 0 and '"roll ' in out, f"what the second machine sealed, the first can read: {out[-600:]} {said}")
    code, out, said = habeas("record", "--key", "o.key", "--ndjson", *store, stdin=line("P-after", 1))
    check(code in (0, 1) and json.loads(out)["event"] == len(there), f"the tree goes on: {out} {said}")
    standby.signal(signal.SIGKILL)


def test_cancelled(top):
    primary, standby = make_cluster(top)
    store = ["--db", primary.address(), "--local", "./one"]
    habeas("init", "registry.example/custody", *store)
    habeas("key", "new", "DGCP/o-1", "--role", "facility", "--out", "o.key", *store)
    anchored = open("one.anchor").read()
    standby.signal(signal.SIGSTOP)
    waiting = subprocess.Popen([HABEAS, "register", "record", "--key", "o.key", "--ndjson", *store], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    waiting.stdin.write(line("P-1", 1))
    waiting.stdin.close()
    for _ in range(100):
        pids = primary.ask("SELECT pid FROM pg_stat_activity WHERE wait_event = 'SyncRep'")
        if pids:
            break
        time.sleep(0.1)
    check(bool(pids), "the writer waits for the standby")
    for pid in pids:
        primary.ask(f"SELECT pg_cancel_backend({pid})")
    out, said, code = waiting.stdout.read(), waiting.stderr.read(), waiting.wait()
    check(code == 4 and "not acknowledged" in said and not out, f"a cancelled wait is not acknowledged: {code} {out} {said}")
    check(open("one.anchor").read() == anchored, "and nothing is anchored")
    for server in (standby, primary):
        server.signal(signal.SIGKILL)


start = os.getcwd()
for round in range(ROUNDS):
    for test in (test_promotion, test_cancelled):
        if sys.argv[3:] and test.__name__ not in sys.argv[3:]:
            continue
        top = tempfile.mkdtemp(prefix="habeas-standby-")
        os.chmod(top, 0o755)
        pg = f"{top}/pg"
        os.mkdir(pg)
        if AS_USER:
            shutil.chown(pg, "nobody", "nogroup")
        os.chdir(top)
        try:
            test(pg)
        finally:
            os.chdir(start)
            for pid in subprocess.run(["pgrep", "-f", top], capture_output=True, text=True).stdout.split():
                if int(pid) != os.getpid():
                    os.kill(int(pid), signal.SIGKILL)
            shutil.rmtree(top, ignore_errors=True)
print(f"{passed} passed, {failed} failed")
sys.exit(failed > 0 or passed == 0)
