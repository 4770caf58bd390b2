"""Where the server is and who calls: what a Client is given, checked before anything is sent.
"""
from __future__ import annotations

import dataclasses
import os
import pathlib
import re
import ssl
from typing import Any, Callable, List, Optional, Tuple, Union

import grpc

from ._method import CONFIG, for_grpc
from ._version import __version__
from .errors import ConfigurationError

Pem = Union[str, "os.PathLike[str]", bytes]
Token = Union[str, Callable[[], str]]

# Bytes of an answer; as the command line takes. A server sends at most some MiB.
MAX_ANSWER_BYTES = 64 << 20
# A server that comes back is found within a second, not within two minutes. A machine that
# is gone without a word is noticed by pings; the server allows one every 10 seconds.
_OPTIONS: Tuple[Tuple[str, Any], ...] = (
    ("grpc.max_receive_message_length", MAX_ANSWER_BYTES),
    ("grpc.initial_reconnect_backoff_ms", 100),
    ("grpc.max_reconnect_backoff_ms", 1000),
    ("grpc.keepalive_time_ms", 30_000),
    ("grpc.keepalive_timeout_ms", 20_000),
    ("grpc.http2.max_pings_without_data", 0),
    ("grpc.primary_user_agent", f"probity-client-python/{__version__}"),
    ("grpc.enable_retries", 1),
    ("grpc.service_config_disable_resolution", 1),
)
_ADDRESS = re.compile(r"(?:dns:///)?(\[[0-9A-Fa-f:.%]+\]|[^\s:/\[\]]+):([0-9]{1,5})\Z")
# Seconds between two looks at whether files were renewed; the server's own default.
LOOK_EVERY = 10.0
# Visible ASCII, which is all that HTTP/2 takes in a header.
_TOKEN = re.compile(r"[\x21-\x7e]+\Z")


@dataclasses.dataclass(frozen=True)
class Connection:
    """Checked. `credentials` None: in the clear."""

    address: str
    credentials: Optional[grpc.ChannelCredentials]
    token: Optional[Callable[[], str]]
    options: Tuple[Tuple[str, Any], ...]
    again: Callable[[], Connection]  # reads the files anew; raises ConfigurationError
    files: Tuple[Tuple[str, int], ...]  # and when each was changed, in ns

    @property
    def retries(self) -> bool:
        """Whether refused calls are sent again by this layer: gRPC's own switch counts for it."""
        return bool(dict(self.options)["grpc.enable_retries"])

    def renewed(self) -> Optional[Connection]:
        """With the files as they are now, if they were changed; None while they were not, and
        while they do not go together, as between two of them being replaced."""
        if all(_changed_at(path) == when for path, when in self.files):
            return None
        try:
            return self.again()
        except ConfigurationError:
            return None

    def metadata(self) -> Tuple[Tuple[str, str], ...]:
        """What says who calls; asked for anew for every call, as tokens end."""
        if self.token is None:
            return ()
        return (("authorization", f"Bearer {_checked_token(self.token())}"),)


def connect(address: str, *, ca: Optional[Pem] = None, cert: Optional[Pem] = None,
            key: Optional[Pem] = None, token: Optional[Token] = None,
            token_file: Optional[Pem] = None,
            options: Tuple[Tuple[str, Any], ...] = ()) -> Connection:
    """Raises ConfigurationError, and sends nothing."""
    local = _is_this_machine(_checked_address(address))
    # Before they are read: what is changed meanwhile is read again.
    files = tuple((os.fspath(given), _changed_at(os.fspath(given))) for given in (ca, cert, key)
                  if given is not None and not isinstance(given, bytes))
    credentials = _credentials(ca, cert, key)
    said = _token(token, token_file)
    if said is not None and credentials is None and not local:
        raise ConfigurationError(f"a token is not sent to {address} in the clear, where others "
                                 "could take it; give `ca` for TLS")
    own: List[Tuple[str, Any]] = [*_OPTIONS, ("grpc.service_config", for_grpc(CONFIG))]
    if local:  # A proxy would hear what is said in the clear, and asks its own machine.
        own.append(("grpc.enable_http_proxy", 0))
    # The caller's takes the place of one of the same name: gRPC would keep the first.
    return Connection(
        address, credentials, said, tuple({**dict(own), **dict(options)}.items()),
        again=lambda: connect(address, ca=ca, cert=cert, key=key, token=token,
                              token_file=token_file, options=options),
        files=files)


def _changed_at(path: str) -> int:
    try:
        return os.stat(path).st_mtime_ns
    except OSError:
        return 0


def _checked_address(address: str) -> str:
    found = _ADDRESS.match(address) if isinstance(address, str) else None
    if found is None or not 0 < int(found.group(2)) < 65536:
        raise ConfigurationError(f"address: {address!r} is not HOST:PORT, such as "
                                 "probity.example.org:7443 or [::1]:7443")
    return found.group(1)


def _is_this_machine(host: str) -> bool:
    """As the command line has it; of names, only localhost."""
    return host in ("localhost", "[::1]") or re.fullmatch(r"127\.[0-9.]+", host) is not None


def _credentials(ca: Optional[Pem], cert: Optional[Pem],
                 key: Optional[Pem]) -> Optional[grpc.ChannelCredentials]:
    if (cert is None) != (key is None):
        missing = "key" if key is None else "cert"
        raise ConfigurationError(f"`cert` and `key` belong together: `{missing}` is missing")
    if ca is None:
        if cert is not None:
            raise ConfigurationError("`cert` and `key` are for TLS: `ca` is missing")
        return None
    authority = _read("ca", ca, "CERTIFICATE")
    if cert is None or key is None:
        return grpc.ssl_channel_credentials(authority)
    chain, private = _read("cert", cert, "CERTIFICATE"), _read("key", key, "PRIVATE KEY")
    if b"ENCRYPTED" in private:
        raise ConfigurationError(f"key: {_called(key)} is encrypted; give it without a password")
    _check_pair(cert, key)
    return grpc.ssl_channel_credentials(authority, private, chain)


def _called(given: Pem) -> str:
    return "what was given" if isinstance(given, bytes) else os.fspath(given)


def _read(name: str, given: Pem, kind: str) -> bytes:
    """A PEM file, or its bytes."""
    try:
        data = given if isinstance(given, bytes) else pathlib.Path(given).read_bytes()
    except OSError as error:
        raise ConfigurationError(f"{name}: {_called(given)} cannot be read: "
                                 f"{error.strerror}") from error
    if re.search(rb"-----BEGIN [A-Z ]*" + kind.encode() + b"-----", data) is None:
        raise ConfigurationError(f"{name}: {_called(given)} holds no {kind.lower()} in PEM")
    return data


def _check_pair(cert: Pem, key: Pem) -> None:
    """Python's own TLS tells what gRPC would only say by a closed socket."""
    if isinstance(cert, bytes) or isinstance(key, bytes):
        return
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_cert_chain(cert, key)
    except ssl.SSLError as error:
        raise ConfigurationError(f"{_called(key)} is not the key of {_called(cert)}, or one of "
                                 f"them is damaged ({error.reason})") from error


def _token(token: Optional[Token], token_file: Optional[Pem]) -> Optional[Callable[[], str]]:
    """Read once here, so that a fault shows at once."""
    if token is not None and token_file is not None:
        raise ConfigurationError("give `token` or `token_file`, not both")
    if token_file is not None:
        path = token_file
        _checked_token(_read_token(path))
        return lambda: _read_token(path)
    if token is None or callable(token):
        return token
    fixed = _checked_token(token)
    return lambda: fixed


def _read_token(path: Pem) -> str:
    try:
        return pathlib.Path(os.fsdecode(path)).read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"token_file: {_called(path)} cannot be read: {error}") from error


def _checked_token(token: str) -> str:
    if not isinstance(token, str) or _TOKEN.match(token) is None:
        raise ConfigurationError("the token is empty, or has a space, a line's end or a letter "
                                 "outside ASCII in it")
    return token
