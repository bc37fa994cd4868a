#!/usr/bin/env python3
"""The register on PostgreSQL beside pgbench's simplest insert with as many clients: a cluster of its own under an ordinary user,
made for this and gone afterwards. usage: postgres.py BENCH_REGISTER FOLDER"""
import glob, os, shutil, subprocess, sys, tempfile, time

CLIENTS, SECONDS, ROW_BYTES = 64, 5, 1800


def main(program, folder):
    bins = sorted(glob.glob("/usr/lib/postgresql/*/bin"))
    if not bins or not shutil.which("pgbench"):
        print("PostgreSQL is not here (apt-get install postgresql): the register on it is not measured.", file=sys.stderr)
        return
    os.makedirs(folder, exist_ok=True)
    top = tempfile.mkdtemp(prefix="postgres-", dir=folder)
    os.chmod(top, 0o755)
    socket = tempfile.mkdtemp(prefix="habeas-bench-")  # a socket's path is short
    as_user = ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"] if os.getuid() == 0 else []
    for path in (top, socket):
        if as_user:
            shutil.chown(path, "nobody", "nogroup")
    quiet = dict(stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=dict(os.environ, HOME=top, LC_ALL="C.UTF-8"))
    # nobody may not be able to walk to the folder: the data stand below the socket then.
    data = f"{top}/d"
    if subprocess.run([*as_user, f"{bins[-1]}/initdb", "-D", data, "-A", "trust", "-U", "habeas", "-E", "UTF8"], cwd="/", **quiet).returncode:
        data = f"{socket}/d"
        subprocess.run([*as_user, f"{bins[-1]}/initdb", "-D", data, "-A", "trust", "-U", "habeas", "-E", "UTF8"], check=True, cwd="/", **quiet)
    cluster = subprocess.Popen([*as_user, f"{bins[-1]}/postgres", "-D", data, "-k", socket, "-c", "listen_addresses="], cwd="/", **quiet)
    try:
        for _ in range(100):
            if subprocess.run([f"{bins[-1]}/pg_isready", "-h", socket, "-U", "habeas"], **quiet).returncode == 0:
                break
            time.sleep(0.1)
        for name in ("plain", "register"):
            subprocess.run([f"{bins[-1]}/createdb", "-h", socket, "-U", "habeas", name], check=True)
        subprocess.run(["psql", "-q", "-h", socket, "-U", "habeas", "plain", "-c", "CREATE TABLE t (n bigserial PRIMARY KEY, body bytea)"], check=True)
        script = os.path.join(socket, "insert.sql")
        with open(script, "w") as f:
            f.write(f"INSERT INTO t (body) VALUES (decode(repeat('00', {ROW_BYTES}), 'hex'));\n")
        for clients in (1, CLIENTS):
            done = subprocess.run(["pgbench", "-n", "-h", socket, "-U", "habeas", "-f", script, "-c", str(clients), "-j", str(min(clients, os.cpu_count())),
                                   "-T", str(SECONDS), "-M", "prepared", "plain"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=True)
            tps = next(float(line.split()[2]) for line in done.stdout.splitlines() if line.startswith("tps"))
            n = next(line.split()[-1] for line in done.stdout.splitlines() if "actually processed" in line).split("/")[0]
            print(f"pgbench: an insert and commit, {clients} client{'s' * (clients > 1)}\t{tps:.0f}\t1/s\t{n}")
        sys.stdout.flush()
        subprocess.run([program, folder, f"postgresql://habeas@/register?host={socket}"], check=True)
    finally:
        cluster.terminate()
        cluster.wait()
        shutil.rmtree(top, ignore_errors=True)
        shutil.rmtree(socket, ignore_errors=True)


main(os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2]))
