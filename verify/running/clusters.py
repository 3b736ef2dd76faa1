"""Clusters of Dask: one started here on the loopback interface, or one that somebody has started; checked at the door.

Dask is an optional extra and imported here alone. Every way in which a cluster is of no use to us ends in a UserError
before any work is sent: nothing listens, it is no scheduler, its version differs, it has no worker, a worker differs.
"""

from __future__ import annotations

import logging
import re
import socket
import ssl
import time
import warnings
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from verify.errors import UserError
from verify.running import interrupts
from verify.running.at_workers import Refusal, objection, standing

if TYPE_CHECKING:
    from distributed import Client

ANSWER = 10.0  # seconds within which a scheduler answers
ARRIVAL = 60.0  # seconds within which a cluster has a worker; later without any, it is given up
LOOPBACK = "127.0.0.1"
ADDRESS = re.compile(r"(?P<host>\[[0-9A-Fa-f:.]+\]|[\w.-]+):(?P<port>\d{1,5})")


@dataclass(frozen=True)
class Local:
    """A cluster of as many workers, which begins and ends with the run. Nothing else reaches it."""

    workers: int

    @property
    def address(self) -> str:
        return "a cluster on this machine"


@dataclass(frozen=True)
class Remote:
    """The scheduler at `host:port`; `tls` are the files (authority, certificate, key) by which both sides know the
    other, all three or none."""

    host: str
    port: int
    tls: tuple[str, str, str] | None = None

    @property
    def address(self) -> str:
        return f"{'tls' if self.tls else 'tcp'}://{self.host}:{self.port}"


def remote(address: str, tls: tuple[str, str, str] | None = None) -> Remote:
    """The place of `HOST:PORT`. Raises UserError for an address that is none."""
    found = ADDRESS.fullmatch(address)
    if not found or not 0 < int(found["port"]) < 65536:
        raise UserError(
            "expected the address of a scheduler, dask://HOST:PORT",
            got=f"dask://{address}",
            where="--executor",
            remedy="dask://127.0.0.1:8786 is where `dask scheduler --host 127.0.0.1` listens",
        )
    return Remote(found["host"], int(found["port"]), tls)


@contextmanager
def opened(place: Local | Remote) -> Iterator[Client]:
    """A client of the cluster, of which each worker that is there by now may be believed. Raises UserError."""
    distributed = _dask()
    with ExitStack() as stack:
        stack.enter_context(warnings.catch_warnings())
        warnings.simplefilter("ignore")  # what Dask warns of is either an error below or none of the reader's business
        _be_silent()
        client = stack.enter_context(
            _local(distributed, place) if isinstance(place, Local) else _joined(distributed, place)
        )
        _require_alike(client, place)
        yield client


def _be_silent() -> None:
    """Dask gives some of its loggers a level of their own, which that of the uppermost does not change."""
    for name in ("distributed", *logging.root.manager.loggerDict):
        if name.partition(".")[0] == "distributed":
            logging.getLogger(name).setLevel(logging.CRITICAL)


def lonely(client: Client) -> bool:
    """Has the cluster no worker at the moment?"""
    return not client.scheduler_info(n_workers=-1)["workers"]


def gone(place: Local | Remote) -> UserError:
    """What is said of a scheduler that has gone while it had work of ours."""
    return UserError(
        "expected the scheduler to stay until the work is done",
        got="the connection to it was lost",
        where=place.address,
        remedy="start it again; finished evidence is in the cache, the same command goes on from there",
    )


def no_worker(place: Local | Remote) -> UserError:
    """What is said of a cluster on which nobody works."""
    return UserError(
        "expected a cluster with at least one worker",
        got=f"none within {ARRIVAL:.0f} s",
        where=place.address,
        remedy="dask worker HOST:PORT --nthreads 1; finished evidence is in the cache, the same command goes on",
    )


def incapable(worker: str, error: BaseException) -> Refusal:
    """What a worker that cannot so much as say how it stands has against work: normproof is not there."""
    return Refusal(worker, (("normproof", standing()["normproof"], f"{type(error).__name__}: {error}"),))


def refused(refusals: list[Refusal]) -> UserError:
    """What is said of workers that stand otherwise than we do."""
    lines = [
        f"{name}: {got} at {refusal.worker}, {expected} here"
        for refusal in refusals
        for name, expected, got in refusal.differences
        if name != "all that surrounds it" or len(refusal.differences) == 1
    ]
    return UserError(
        "expected workers with this program's code, versions and settings, so that their evidence is the same",
        got="\n".join(lines[:8]),
        where=", ".join(refusal.worker for refusal in refusals[:8]),
        remedy="install the same there, in one environment with constraints.txt; start it with `dask worker ... "
        "--nthreads 1`. Finished evidence is in the cache",
    )


def _dask() -> Any:
    try:
        import distributed
    except ImportError as error:
        raise UserError(
            "expected Dask, which --executor dask works with",
            got=f"no module {error.name}",
            remedy="pip install 'normproof[cluster]', or --executor processes:N, which needs nothing more",
        ) from None
    return distributed


@contextmanager
def _local(distributed: Any, place: Local) -> Iterator[Client]:
    import dask

    with (
        # else a worker that happens to be starting again a while after its death is given up for good
        dask.config.set({"distributed.deploy.lost-worker-timeout": "365 days"}),
        distributed.LocalCluster(
            n_workers=place.workers,
            threads_per_worker=1,
            processes=True,
            host=LOOPBACK,
            dashboard_address=None,
            worker_dashboard_address=None,
            memory_limit=0,  # nobody is stopped for what he needs: the bound is the machine's
            silence_logs=logging.CRITICAL,
            preload=["verify.running.at_workers"],
            scheduler_kwargs={"allowed_failures": 0},  # tries are counted by who waits for the unit
        ) as cluster,
        distributed.Client(cluster) as client,
    ):
        yield client


@contextmanager
def _joined(distributed: Any, place: Remote) -> Iterator[Client]:
    security, context = _security(distributed, place)
    try:
        _greeted(place, context)
        client = distributed.Client(place.address, timeout=ANSWER, security=security)
    except ssl.SSLError as error:
        raise UserError(
            "expected a scheduler with TLS, and certificates in which both sides trust",
            got=f"{_side(error)} ({_reason(error)})",
            where=place.address,
            remedy="--tls-ca-file, --tls-cert and --tls-key of the authority that the scheduler was started with",
        ) from None
    except (OSError, ValueError, ImportError) as error:  # of a scheduler that is none, Dask says ValueError
        raise UserError(
            "expected a Dask scheduler that answers",
            got=str(error).split("\n")[0] or type(error).__name__,
            where=place.address,
            remedy="start one with `dask scheduler`, and see that host, port and TLS are those that it names",
        ) from None
    try:
        yield client
    finally:
        client.close(timeout=5)


def _greeted(place: Remote, context: ssl.SSLContext | None) -> None:
    """See that who listens there speaks first, as Dask does: its client would wait for a greeting for ever.

    With TLS it greets only whom it trusts. Raises OSError.
    """
    host = place.host.strip("[]")
    with socket.create_connection((host, place.port), ANSWER) as plain, ExitStack() as stack:
        connection = plain if context is None else stack.enter_context(context.wrap_socket(plain, server_hostname=host))
        if not connection.recv(1):
            raise ConnectionError("it closes the connection without a word")


def _security(distributed: Any, place: Remote) -> tuple[Any, ssl.SSLContext | None]:
    """What Dask is told of TLS, and the same for a connection of our own. Raises UserError for files of no use."""
    if place.tls is None:
        return None, None
    authority, certificate, key = place.tls
    security = distributed.Security(
        tls_ca_file=authority, tls_client_cert=certificate, tls_client_key=key, require_encryption=True
    )
    try:
        return security, security.get_connection_args("client")["ssl_context"]
    except OSError as error:
        raise UserError(
            "expected files of TLS in PEM: an authority, a certificate, and the key of that certificate",
            got=_reason(error),
            where=f"{authority}\n{certificate}\n{key}",
            remedy="name files that belong together",
        ) from None


def _side(error: ssl.SSLError) -> str:
    """Who trusts whom no further."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return "a certificate of the scheduler's that our authority has not signed"
    if "_ALERT_" in str(error.reason):
        return "a scheduler that refuses our certificate"
    return "somebody who speaks without TLS, or otherwise"


def _reason(error: OSError) -> str:
    """What the library of TLS says in its own words, and without the line of its source."""
    reason = getattr(error, "reason", None) or error.strerror or str(error) or type(error).__name__
    said = getattr(error, "verify_message", None)
    return f"{reason}, {said}" if said else str(reason)


def _require_alike(client: Client, place: Local | Remote) -> None:
    """See that the scheduler and every worker stand as we do, and that there is one. Raises UserError."""
    versions = client.get_versions()
    ours, theirs = (versions[side]["packages"]["distributed"] for side in ("client", "scheduler"))
    if ours != theirs:
        raise UserError(
            "expected a scheduler of the same version of Dask",
            got=f"distributed {theirs} there, {ours} here",
            where=place.address,
            remedy="install the same version on both sides",
        )
    begin = time.monotonic()
    while lonely(client):
        if time.monotonic() - begin > ARRIVAL:
            raise no_worker(place)
        interrupts.look()
        time.sleep(0.05)
    answers: Mapping[str, object] = client.run(objection, standing(), on_error="return")
    refusals = [answer for answer in answers.values() if isinstance(answer, Refusal)]
    refusals += [
        incapable(worker, error)
        for worker, error in answers.items()
        if isinstance(error, BaseException) and not isinstance(error, OSError)  # one that has just gone is no matter
    ]
    if refusals:
        raise refused(refusals)
