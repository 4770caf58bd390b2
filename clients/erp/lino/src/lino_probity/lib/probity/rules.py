"""What a decision's rules are: their titles, and which of them are freezes. Versions of a
policy never change, so each is read once."""
from __future__ import annotations

import threading
from collections.abc import Iterable

from google.protobuf import text_format
from probity_client import Client, ProbityError, v1


class RuleBook:
    """Rules by version and id, of one server."""

    def __init__(self, client: Client, timeout: float):
        self._client, self._timeout = client, timeout
        self._versions: dict[str, dict[str, v1.Rule]] = {}
        self._lock = threading.Lock()

    def rule(self, version: str, rule_id: str) -> v1.Rule | None:
        """None where it cannot be read; then nobody knows what it forbids."""
        return (self._read(version) or {}).get(rule_id)

    def know_a_freeze(self, versions: Iterable[str]) -> bool:
        """Whether the policies can tell a freeze from other grounds at all."""
        return any(rule.freeze for version in versions
                   for rule in (self._read(version) or {}).values())

    def _read(self, version: str) -> dict[str, v1.Rule] | None:
        with self._lock:
            known = self._versions.get(version)
        if known is not None:
            return known
        try:
            answer = self._client.policies.get_policy(v1.GetPolicyRequest(name=version),
                                                      timeout=self._timeout)
            # A newer server may have fields that this client does not know.
            policy = text_format.Parse(answer.text, v1.Policy(), allow_unknown_field=True)
        except (ProbityError, text_format.ParseError):
            return None
        rules = {rule.id: rule for rule in policy.rules}
        with self._lock:
            self._versions[version] = rules
        return rules
