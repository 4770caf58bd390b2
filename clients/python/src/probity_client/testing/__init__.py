"""A Probity for the tests of your own code: no server, no network beyond this machine, and the
answers that a test sets.

    with FakeProbity() as probity, Client(probity.address) as client:
        probity.on_screening(by_vendor("SAP-PRD", "000018"), block("M-BAR"))
        ... your code, with this client ...
        request, = probity.requests("ScreeningService/ScreenSupplier")

Your code uses the client that it uses in production, sync or asyncio; it asks a gRPC server in
this process. A question that no answer was set for fails: where it is asked, and once more when
the fake is closed, so that code which catches errors does not hide it.
"""
from ._handler import Call
from .answers import block, certification, clear, error, review, unavailable
from .fake import FakeProbity

__all__ = ["Call", "FakeProbity", "block", "certification", "clear", "error", "review",
           "unavailable"]
