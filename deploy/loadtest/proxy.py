"""A reverse proxy before the servers under test."""
import contextlib
import os
import pathlib
import re
import shutil
import signal
import subprocess
import tempfile

import servers

CONFIGURATION = pathlib.Path(__file__).resolve().parents[1] / "nginx/parley.conf"


@contextlib.contextmanager
def nginx(configuration, upstream):
    """A private nginx before HOST:PORT; gives its port and the path under which the server is."""
    port = servers.spare_port()
    with tempfile.TemporaryDirectory(prefix="loadtest-nginx-") as directory:
        temporary = "".join("%s_temp_path %s/%s;\n" % (kind, directory, kind)
                            for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        http = pathlib.Path(configuration).read_text()
        prefix = re.search(r"location (/\S*/) \{", http)
        for written, here in (("127.0.0.1:5005", upstream), ("listen 80;", "listen 127.0.0.1:%d;" % port)):
            if written not in http:
                raise SystemExit("%s does not have '%s'" % (configuration, written))
            http = http.replace(written, here)
        pathlib.Path(directory, "nginx.conf").write_text(
            "daemon off; worker_processes 1; pid %s/pid; error_log stderr error;\n"
            "%sevents { worker_connections 4096; }\nhttp {\naccess_log off;\n%s%s}\n"
            % (directory, "user root;\n" if os.getuid() == 0 else "", temporary, http))
        log = open(pathlib.Path(directory, "log"), "wb")
        process = subprocess.Popen([shutil.which("nginx") or "/usr/sbin/nginx", "-c", directory + "/nginx.conf", "-p", directory,
                                    "-e", "stderr"], stdout=log, stderr=log)
        try:
            servers.wait_until(lambda: servers.connects(port), 20, "nginx")
            yield port, prefix.group(1).rstrip("/") if prefix else ""
        finally:
            process.send_signal(signal.SIGQUIT)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(3)
            process.kill()
            process.wait()
            log.close()
            said = pathlib.Path(directory, "log").read_text(errors="replace").splitlines()
            for text in said[:3]:
                print("  nginx: %s" % text[:300])
