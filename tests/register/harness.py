"""What the tests of the register share: the programs, a store of each kind (with "postgresql" a private cluster under an ordinary
user), a register with officers, and the count of what held."""
import glob, json, os, shutil, sqlite3, subprocess, sys, tempfile, time

HABEAS, VERIFY, STORE = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2]), sys.argv[3]
LATER = os.path.join(os.path.dirname(HABEAS), "tests/register/erase-later")
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
KILLS = int(os.environ.get("REGISTER_KILLS", "10"))
FLIPS = int(os.environ.get("REGISTER_FLIPS", "60"))
passed = failed = 0
top = tempfile.mkdtemp(prefix="habeas-register-")
os.chdir(top)
cluster = None


def check(ok, what):
    global passed, failed
    passed += bool(ok)
    failed += not ok
    if not ok:
        print("FAILED:", what)


def run(*arguments, stdin=None, program=HABEAS):
    done = subprocess.run([program, *arguments], input=stdin, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=300)
    return done.returncode, done.stdout, done.stderr


def erase_later(days, db, person, order, key):
    return run(str(days), db[1], db[3] if len(db) > 3 else "", person, order, key, program=LATER)[0]


# ---- the store ----------------------------------------------------------------------------------

def start_postgres():
    """A cluster of its own, on a socket in the test's folder, run by an ordinary user."""
    global cluster
    bins = sorted(glob.glob("/usr/lib/postgresql/*/bin"))
    if not bins:
        print("no PostgreSQL here")
        sys.exit(77)
    as_user = ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"] if os.getuid() == 0 else []
    data = os.path.join(top, "pg")
    os.mkdir(data)
    os.chmod(top, 0o755)
    if as_user:
        shutil.chown(data, "nobody", "nogroup")
    environment = dict(os.environ, HOME=data, LC_ALL="C.UTF-8")
    subprocess.run([*as_user, f"{bins[-1]}/initdb", "-D", f"{data}/d", "-A", "trust", "-U", "habeas", "-E", "UTF8", "--no-sync"],
                   check=True, stdout=subprocess.DEVNULL, env=environment, cwd=data)
    cluster = subprocess.Popen([*as_user, f"{bins[-1]}/postgres", "-D", f"{data}/d", "-k", data, "-c", "listen_addresses=", "-c", "max_connections=20"],
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment, cwd=data)
    for _ in range(100):
        if subprocess.run([f"{bins[-1]}/pg_isready", "-h", data, "-U", "habeas"], stdout=subprocess.DEVNULL).returncode == 0:
            return data, bins[-1]
        time.sleep(0.1)
    raise SystemExit("PostgreSQL did not start")


n_stores = 0


def new_store():
    """Options that name a new, empty store."""
    global n_stores
    n_stores += 1
    if STORE == "sqlite":
        return ["--db", f"r{n_stores}.db"]
    name = f"r{n_stores}"
    subprocess.run([f"{BIN}/createdb", "-h", SOCKET, "-U", "habeas", name], check=True)
    return ["--db", f"postgresql://habeas@/{name}?host={SOCKET}", "--local", f"./{name}"]


def new_shared_store():
    """A store whose vault several machines share: a database of its own."""
    db, vault = new_store(), new_store()
    open(db[3] + ".vault", "w").write(vault[1] + "\n")
    return db


def ask_store(db, sql):
    """Rows of the store, as whoever owns the database reads them."""
    if STORE == "sqlite":
        with sqlite3.connect(db[1]) as c:
            return [tuple(map(str, row)) for row in c.execute(sql)]
    name = db[1].split("/")[3].split("?")[0]
    out = subprocess.run([f"{BIN}/psql", "-h", SOCKET, "-U", "habeas", "-d", name, "-Atc", sql], capture_output=True, text=True, check=True).stdout
    return [tuple(line.split("|")) for line in out.splitlines()]


if STORE == "postgresql":
    SOCKET, BIN = start_postgres()


# ---- a register with officers -------------------------------------------------------------------

ORIGIN = "registry.example/custody"
OFFICERS = {"facility": "DGCP/officer-1", "sender": "ICE/officer-7", "second_checker": "ICE/checker-2", "court": "COURT/judge-1",
            "monitor": "PDDH/monitor-1", "counsel": "BAR/counsel-3"}


def new_register(db=None):
    db = db or new_store()
    folder = f"keys{n_stores}"
    os.mkdir(folder)
    code, vkey, said = run("register", "init", ORIGIN, *db)
    assert code == 0, said
    for role, name in OFFICERS.items():
        code, _, said = run("register", "key", "new", name, "--role", role, "--out", f"{folder}/{role}", *db)
        assert code == 0, said
    return db, folder, vkey.strip()


def event(kind, who, person="P-1", at="2025-03-15T21:40:00-06:00", **fields):
    return {"event": kind, "person": person, "authority": OFFICERS[who].split("/")[0], "happened_at": at, **fields}


def record(db, folder, who, *events):
    keys = [k for role in ([who] if isinstance(who, str) else who) for k in ("--key", f"{folder}/{role}")]
    return run("register", "record", *keys, *db, "--ndjson", stdin="\n".join(json.dumps(e) for e in events) + "\n")


def receipts(result):
    return [json.loads(line) for line in result[1].splitlines()]


def custody(db, person="P-1"):
    return json.loads(run("register", "person", person, "--ndjson", *db)[1].splitlines()[-1])


def alarms(db, at):
    code, out, _ = run("register", "alarms", "--ndjson", "--at", at, *db)
    return code, {(a["alarm"], a["person"]) for a in map(json.loads, out.splitlines())}


ADMIT = dict(place="CECOT", order="DOC-1", injuries="none seen", property="bag, seal 77")


def finish():
    """Stops the cluster, takes the folder away, says what held."""
    if cluster:
        cluster.terminate()
        cluster.wait()
    os.chdir("/")
    shutil.rmtree(top, ignore_errors=True)
    print(f"{passed} passed, {failed} failed")
    return failed > 0 or passed == 0
