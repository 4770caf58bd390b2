"""A server in this process that answers as a test scripts it: what a real one gives only when
it is newer, full or cut off."""
from concurrent import futures

import grpc

from probity_client.v1 import rpc_status_pb2


class Refusal(Exception):
    """A status with details, as a server sends it."""

    def __init__(self, code, message="", *, reason="", retry_after=None, metadata=None,
                 fields=()):
        super().__init__(message)
        self.code, self.message = code, message
        status = rpc_status_pb2.Status(code=code.value[0], message=message)
        if reason:
            _pack(status, "ErrorInfo", rpc_status_pb2.ErrorInfo(
                reason=reason, domain="probity", metadata=metadata or {}))
        if retry_after is not None:
            retry = rpc_status_pb2.RetryInfo()
            retry.retry_delay.FromMilliseconds(int(retry_after * 1000))
            _pack(status, "RetryInfo", retry)
        if fields:
            bad = rpc_status_pb2.BadRequest()
            for field, description in fields:
                bad.field_violations.add(field=field, description=description)
            _pack(status, "BadRequest", bad)
        self.details = status.SerializeToString()

    def end(self, context):
        context.set_trailing_metadata((("grpc-status-details-bin", self.details),
                                       ("probity-call-id", "c0ffee")))
        context.abort(self.code, self.message)


def _pack(status, kind, detail):
    status.details.add(type_url=f"type.googleapis.com/google.rpc.{kind}",
                       value=detail.SerializeToString())


class FakeServer(grpc.GenericRpcHandler):
    """`answers`: for each method, a function of the request (of all requests, of a stream)
    and the context; a Refusal that it raises is sent. Calls are kept in `calls`."""

    def __init__(self, answers, streams=()):
        self.answers, self.streams, self.calls = answers, set(streams), []
        self._server = grpc.server(futures.ThreadPoolExecutor(8), handlers=[self])
        self.port = self._server.add_insecure_port("127.0.0.1:0")
        self.address = f"127.0.0.1:{self.port}"
        self._server.start()

    def stop(self):
        self._server.stop(None).wait()

    def service(self, details):
        name = details.method.rpartition("/")[2]
        if name not in self.answers:
            return None
        metadata = dict(details.invocation_metadata)

        def one(request, context):
            self.calls.append((name, request, metadata, context.time_remaining()))
            try:
                return self.answers[name](request, context).SerializeToString()
            except Refusal as refusal:
                refusal.end(context)

        def many(requests, context):
            self.calls.append((name, None, metadata, context.time_remaining()))
            try:
                for answer in self.answers[name](requests, context):
                    yield answer.SerializeToString()
            except Refusal as refusal:
                refusal.end(context)

        def from_one(request, context):
            self.calls.append((name, request, metadata, context.time_remaining()))
            try:
                for answer in self.answers[name](request, context):
                    yield answer.SerializeToString()
            except Refusal as refusal:
                refusal.end(context)

        if name == "WatchVerdicts":
            return grpc.unary_stream_rpc_method_handler(from_one)
        if name in self.streams:
            return grpc.stream_stream_rpc_method_handler(many)
        return grpc.unary_unary_rpc_method_handler(one)
