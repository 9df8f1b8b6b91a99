"""Private servers of Debian's packages on spare loopback ports, for load tests: PostgreSQL and RabbitMQ."""
import contextlib
import glob
import os
import pathlib
import pwd
import shutil
import signal
import subprocess
import tempfile

from servers import connects, spare_port, wait_until


@contextlib.contextmanager
def postgresql():
    """A private PostgreSQL with a database `rasa` of a user `parley`; gives its port."""
    programs = sorted(glob.glob("/usr/lib/postgresql/*/bin"))
    if not programs:
        raise SystemExit("PostgreSQL is missing: deploy/prerequisites postgresql")
    port, directory = spare_port(), tempfile.mkdtemp(prefix="soak-postgresql-")
    # PostgreSQL refuses to run as root.
    account = pwd.getpwnam("postgres") if os.getuid() == 0 else None
    as_owner = {"user": account.pw_uid, "group": account.pw_gid} if account else {}
    if account:
        os.chown(directory, account.pw_uid, account.pw_gid)
    data = directory + "/data"
    log = open(directory + "/log", "wb")
    def program(name, *arguments):
        subprocess.run([programs[-1] + "/" + name, *arguments], stdout=log, stderr=log, check=True, cwd=directory, **as_owner)
    process = None
    try:
        program("initdb", "-D", data, "-A", "trust", "-U", "parley", "-E", "UTF8", "--no-sync")
        process = subprocess.Popen(
            [programs[-1] + "/postgres", "-D", data, "-p", str(port), "-h", "127.0.0.1", "-k", directory,
             "-c", "max_connections=200"], stdout=log, stderr=log, cwd=directory, **as_owner)
        wait_until(lambda: connects(port), 60, "PostgreSQL", pause=0.05)
        def has_database():
            with contextlib.suppress(subprocess.CalledProcessError):
                program("createdb", "-h", "127.0.0.1", "-p", str(port), "-U", "parley", "rasa")
                return True
        wait_until(has_database, 60, "the database", pause=0.1)
        yield port
    finally:
        if process:
            process.send_signal(signal.SIGINT)
            process.wait()
        log.close()
        shutil.rmtree(directory, ignore_errors=True)


@contextlib.contextmanager
def rabbitmq():
    """A private RabbitMQ with a node, a port mapper and a home of its own; gives its port."""
    programs = glob.glob("/usr/lib/rabbitmq/lib/rabbitmq_server-*/sbin/rabbitmq-server")
    if not programs:
        raise SystemExit("RabbitMQ is missing: deploy/prerequisites rabbitmq-server")
    port, directory = spare_port(), pathlib.Path(tempfile.mkdtemp(prefix="soak-rabbitmq-"))
    mapper_port = spare_port()
    (directory / "rabbitmq.conf").write_text(
        "listeners.tcp.1 = 127.0.0.1:%d\nlog.console = true\nlog.console.level = error\nlog.file = false\n" % port)
    environment = {
        "PATH": "/usr/bin:/bin:/usr/sbin:/sbin", "HOME": str(directory), "LANG": "C.UTF-8",
        "ERL_EPMD_PORT": str(mapper_port), "ERL_EPMD_ADDRESS": "127.0.0.1",
        "RABBITMQ_NODENAME": "soak%d@localhost" % port, "RABBITMQ_MNESIA_BASE": str(directory / "db"),
        "RABBITMQ_LOG_BASE": str(directory / "log"), "RABBITMQ_DIST_PORT": str(spare_port()),
        "RABBITMQ_CONFIG_FILE": str(directory / "rabbitmq.conf"), "RABBITMQ_PID_FILE": str(directory / "pid"),
        "RABBITMQ_ENABLED_PLUGINS_FILE": str(directory / "plugins"),
    }
    log = open(directory / "console", "wb")
    started = []
    def start(*words):
        started.append(subprocess.Popen(words, env=environment, stdout=log, stderr=log, start_new_session=True))
    try:
        start("/usr/bin/epmd", "-port", str(mapper_port), "-address", "127.0.0.1")
        start(programs[0])
        wait_until(lambda: connects(port), 120, "RabbitMQ", pause=0.1)
        yield port
    finally:
        for process in reversed(started):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGTERM)
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        log.close()
        shutil.rmtree(directory, ignore_errors=True)
